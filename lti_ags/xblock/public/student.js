/* The learner's page: reads the latest score when asked, and when the learner comes back from the tool's window. */
function LtiAgsStudent(runtime, element, texts) {
  "use strict";

  var root = element.jquery ? element[0] : element;
  var result = root.querySelector(".lti-ags-result");
  var button = root.querySelector(".lti-ags-refresh");
  var isAsking = false;

  function refresh() {
    if (isAsking) {
      return;
    }
    isAsking = true;
    fetch(runtime.handlerUrl(element, "learner_score"), {
      credentials: "same-origin",
      headers: { Accept: "application/json" }
    }).then(function (response) {
      if (!response.ok) {
        throw new Error(String(response.status));
      }
      return response.json();
    }).then(function (answer) {
      if (result.innerHTML !== answer.html) {
        result.innerHTML = answer.html;
      }
    }).catch(function () {
      result.textContent = texts.failed;
    }).then(function () {
      isAsking = false;
    });
  }

  button.addEventListener("click", refresh);
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && document.contains(root)) {
      refresh();
    }
  });
}
