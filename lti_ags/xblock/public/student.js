/*
 * The learner's page: reads the latest score when asked, and when the learner comes back from the tool's window; and
 * lets the tool say how high its frame should be.
 */
function LtiAgsStudent(runtime, element, values) {
  "use strict";

  var LOWEST = 200;
  var HIGHEST = 5000;
  var root = element.jquery ? element[0] : element;
  var result = root.querySelector(".lti-ags-result");
  var button = root.querySelector(".lti-ags-refresh");
  var asking = root.querySelector(".lti-ags-asking");
  var frame = root.querySelector(".lti-ags-frame");
  var isAsking = false;

  function show(html) {
    if (result.innerHTML !== html) {
      result.innerHTML = html;
    }
  }

  /* The answer says why, where it comes from the block itself. */
  function read(response) {
    return response.json().then(function (answer) {
      if (response.ok) {
        show(answer.html);
      } else {
        result.textContent = typeof answer.error === "string" ? answer.error : values.failed;
      }
    });
  }

  function refresh() {
    if (isAsking) {
      return;
    }
    isAsking = true;
    fetch(runtime.handlerUrl(element, "learner_score"), {
      credentials: "same-origin",
      headers: { Accept: "application/json" }
    }).then(read).catch(function () {
      result.textContent = values.failed;
    }).then(function () {
      isAsking = false;
      asking.textContent = "";
    });
  }

  function messageOf(data) {
    try {
      return typeof data === "string" ? JSON.parse(data) : data;
    } catch (error) {
      return null;
    }
  }

  /* Only from this very frame, and only while it shows a page of the tool. */
  function resize(event) {
    var message;
    if (!frame || event.source !== frame.contentWindow || values.origins.indexOf(event.origin) < 0) {
      return;
    }
    message = messageOf(event.data);
    if (message && message.subject === "lti.frameResize" && isFinite(message.height)) {
      frame.style.height = Math.min(Math.max(Number(message.height), LOWEST), HIGHEST) + "px";
    }
  }

  /* Said only to who asked: each return to the page would be announced otherwise. */
  button.addEventListener("click", function () {
    asking.textContent = asking.dataset.text;
    refresh();
  });
  window.addEventListener("message", resize);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && document.contains(root)) {
      refresh();
    }
  });
}
