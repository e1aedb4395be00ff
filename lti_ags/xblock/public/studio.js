/* The editor: sends {values, defaults} to the handler submit_studio_edits, and shows what it refuses beside the fields. */
function LtiAgsStudio(runtime, element, texts) {
  "use strict";

  var root = element.jquery ? element[0] : element;
  var problems = root.querySelector(".lti-ags-problems");
  var fields = Array.prototype.slice.call(root.querySelectorAll(".lti-ags-field"));

  function control(field) {
    return field.querySelector("input[type=radio]:checked") || field.querySelector("input, select, textarea");
  }

  function value(field) {
    var input = control(field);
    return field.dataset.kind === "checkbox" ? input.checked : input.value;
  }

  function valueOf(name) {
    return value(fieldNamed(name));
  }

  function fieldNamed(name) {
    return fields.filter(function (field) { return field.dataset.fieldName === name; })[0];
  }

  function show(node, isShown) {
    node.hidden = !isShown;
  }

  /* Show the choices that matter: merging only where the tool may make several line items, rules only where graded. */
  function follow() {
    var isGraded = valueOf("has_score");
    var mode = valueOf("grading_mode");
    var merge = valueOf("merge_policy");
    var isProgrammatic = isGraded && mode === "programmatic";
    ["weight", "grading_mode", "late_policy", "override_policy", "release_policy"].forEach(function (name) {
      show(fieldNamed(name), isGraded);
    });
    show(fieldNamed("merge_policy"), isProgrammatic);
    show(fieldNamed("missing_items"), isProgrammatic && (merge === "average" || merge === "total"));
    root.querySelectorAll("[data-outlook]").forEach(function (node) {
      show(node, node.dataset.outlook === (isGraded ? mode : "ungraded"));
      node.textContent = node.dataset.text.replace("[points]", valueOf("weight"));
    });
  }

  function tellAt(field, text) {
    var place = field.querySelector(".lti-ags-error");
    place.textContent = text;
    show(place, Boolean(text));
    field.querySelectorAll("input, select, textarea").forEach(function (input) {
      if (text) {
        input.setAttribute("aria-invalid", "true");
      } else {
        input.removeAttribute("aria-invalid");
      }
    });
  }

  function tell(messages) {
    var general = [];
    fields.forEach(function (field) { tellAt(field, ""); });
    messages.forEach(function (message) {
      var field = message.field && fieldNamed(message.field);
      if (field) {
        show(field, true);
        tellAt(field, message.text);
      }
      general.push(message.text);
    });
    problems.textContent = general.join(" ");
    show(problems, general.length > 0);
    if (general.length > 0) {
      problems.focus();
    }
  }

  function edits() {
    var sent = { values: {}, defaults: [] };
    fields.forEach(function (field) {
      if (field.dataset.isSet === "true") {
        sent.values[field.dataset.fieldName] = value(field);
      } else {
        sent.defaults.push(field.dataset.fieldName);
      }
    });
    return sent;
  }

  function cookie(name) {
    var found = document.cookie.split("; ").filter(function (pair) { return pair.indexOf(name + "=") === 0; })[0];
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function messagesOf(answer) {
    var error = answer && answer.error;
    if (error && Array.isArray(error.messages)) {
      return error.messages;
    }
    return [{ text: typeof error === "string" ? error : texts.unreachable }];
  }

  function refused(messages) {
    tell(messages);
    runtime.notify("error", {
      title: texts.failed,
      message: messages.map(function (message) { return message.text; }).join(" ")
    });
  }

  function save(event) {
    event.preventDefault();
    tell([]);
    runtime.notify("save", { state: "start", message: texts.saving });
    fetch(runtime.handlerUrl(element, "submit_studio_edits"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(edits())
    }).then(function (response) {
      if (response.ok) {
        runtime.notify("save", { state: "end" });
        return null;
      }
      return response.json().then(function (answer) { refused(messagesOf(answer)); });
    }).catch(function () {
      refused([{ text: texts.unreachable }]);
    });
  }

  fields.forEach(function (field) {
    ["change", "input"].forEach(function (kind) {
      field.addEventListener(kind, function () {
        field.dataset.isSet = "true";
        follow();
      });
    });
  });
  root.querySelector(".save-button").addEventListener("click", save);
  root.querySelector(".cancel-button").addEventListener("click", function (event) {
    event.preventDefault();
    runtime.notify("cancel", {});
  });
  follow();
}
