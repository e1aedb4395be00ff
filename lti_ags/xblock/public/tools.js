/* The form that adds a tool to the course, and chooses it in the list. */
function LtiAgsAdding(runtime, element, root, texts) {
  "use strict";

  var form = root.querySelector(".lti-ags-adding");
  if (!form) {
    return;
  }
  var fields = Array.prototype.slice.call(form.querySelectorAll(".lti-ags-field"));
  var summary = form.querySelector(".lti-ags-problems");
  var button = form.querySelector(".lti-ags-add");
  var added = root.querySelector(".lti-ags-added");
  var status = root.querySelector(".lti-ags-adding-status");

  function typed() {
    var values = {};
    fields.forEach(function (field) {
      values[field.dataset.fieldName] = field.querySelector("input, textarea").value;
    });
    return values;
  }

  function choose(tool) {
    var list = root.querySelector("[data-field-name=lti_tool] select");
    var option = document.createElement("option");
    option.value = tool.uuid;
    option.textContent = tool.name;
    option.dataset.ceiling = tool.ceiling;
    list.appendChild(option);
    list.value = tool.uuid;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show(tool) {
    choose(tool);
    fields.forEach(function (field) { field.querySelector("input, textarea").value = ""; });
    form.open = false;
    added.querySelector("h3").textContent = tool.title;
    added.querySelector("div").innerHTML = tool.sheet;
    added.hidden = false;
    status.textContent = tool.message;
    added.querySelector("h3").focus();
  }

  button.addEventListener("click", function () {
    if (button.getAttribute("aria-disabled") === "true") {
      return;
    }
    button.setAttribute("aria-disabled", "true");
    LtiAgsFields.tell(fields, summary, []);
    status.textContent = form.dataset.adding;
    LtiAgsFields.send(runtime.handlerUrl(element, "add_tool"), typed(), texts).then(function (result) {
      button.removeAttribute("aria-disabled");
      status.textContent = "";
      if (result.messages) {
        LtiAgsFields.tell(fields, summary, result.messages);
      } else {
        show(result.answer);
      }
    });
  });
}
