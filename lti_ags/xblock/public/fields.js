/* What the forms of Studio share: messages beside their fields, and sending. */
var LtiAgsFields = (function () {
  "use strict";

  function inputs(field) {
    return Array.prototype.slice.call(field.querySelectorAll("input, select, textarea"));
  }

  function tellAt(field, text) {
    var place = field.querySelector(".lti-ags-error");
    place.textContent = text;
    place.hidden = !text;
    inputs(field).forEach(function (input) {
      if (text) {
        input.setAttribute("aria-invalid", "true");
      } else {
        input.removeAttribute("aria-invalid");
      }
    });
  }

  /* Each message beside its field, all of them together above, and the focus where there is something to mend. */
  function tell(fields, summary, messages) {
    var first = null;
    fields.forEach(function (field) { tellAt(field, ""); });
    messages.forEach(function (message) {
      var field = fields.filter(function (each) { return each.dataset.fieldName === message.field; })[0];
      if (field) {
        field.hidden = false;
        tellAt(field, message.text);
        if (!first || fields.indexOf(field) < fields.indexOf(first)) {
          first = field;
        }
      }
    });
    summary.textContent = messages.map(function (message) { return message.text; }).join(" ");
    summary.hidden = messages.length === 0;
    if (first) {
      (first.querySelector("input:checked") || inputs(first)[0]).focus();
    } else if (messages.length > 0) {
      summary.focus();
    }
  }

  function cookie(name) {
    var found = document.cookie.split("; ").filter(function (pair) { return pair.indexOf(name + "=") === 0; })[0];
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  /* What the block itself says; else what the status tells: a page of Studio's is no answer to read. */
  function messagesOf(answer, response, texts) {
    var error = answer && answer.error;
    if (error && Array.isArray(error.messages)) {
      return error.messages;
    }
    if (typeof error === "string") {
      return [{ text: error }];
    }
    return [{ text: response.redirected || response.status === 403 ? texts.signed_out : texts.broken }];
  }

  function read(response, texts) {
    return response.json().catch(function () { return null; }).then(function (answer) {
      return response.ok && answer ? { answer: answer } : { messages: messagesOf(answer, response, texts) };
    });
  }

  /* Answers with {answer} or {messages}, whatever goes wrong on the way. */
  function send(url, data, texts) {
    return fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(data)
    }).then(function (response) {
      return read(response, texts);
    }, function () {
      return { messages: [{ text: texts.unreachable }] };
    });
  }

  return { send: send, tell: tell };
}());
