/* The editor: sends {values, defaults} to the handler submit_studio_edits, and shows what it refuses beside the fields. */
function LtiAgsStudio(runtime, element, texts) {
  "use strict";

  var root = element.jquery ? element[0] : element;
  var problems = root.querySelector(".lti-ags-settings-problems");
  var fields = Array.prototype.slice.call(root.querySelectorAll(".lti-ags-setting"));

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

  function chosenTool() {
    var list = control(fieldNamed("lti_tool"));
    return list.options[list.selectedIndex];
  }

  /* Show the choices that matter: merging only where the tool may make several line items, rules only where graded. */
  function followChoices(isGraded, mode) {
    var merge = valueOf("merge_policy");
    var isProgrammatic = isGraded && mode === "programmatic";
    ["weight", "grading_mode", "late_policy", "override_policy", "release_policy"].forEach(function (name) {
      fieldNamed(name).hidden = !isGraded;
    });
    fieldNamed("merge_policy").hidden = !isProgrammatic;
    fieldNamed("missing_items").hidden = !isProgrammatic || !(merge === "average" || merge === "total");
  }

  function followCautions(isGraded, mode) {
    var tool = chosenTool();
    var holds = {
      no_tool: tool.value === "",
      unusable_tool: tool.dataset.usable === "false",
      ungraded: !isGraded,
      subsection_not_graded: isGraded,
      beyond_ceiling: isGraded && mode === "programmatic" && tool.dataset.ceiling === "declarative",
      no_due_date: isGraded && valueOf("late_policy") !== "accept"
    };
    root.querySelectorAll("[data-caution]").forEach(function (node) {
      node.hidden = !holds[node.dataset.caution];
    });
    return holds;
  }

  function follow() {
    var isGraded = valueOf("has_score");
    var mode = valueOf("grading_mode");
    followChoices(isGraded, mode);
    var holds = followCautions(isGraded, mode);
    var outlook = holds.beyond_ceiling ? "declarative" : mode;
    if (!isGraded) {
      outlook = "ungraded";
    } else if (holds.no_tool) {
      outlook = "no_tool";
    }
    root.querySelectorAll("[data-outlook]").forEach(function (node) {
      node.hidden = node.dataset.outlook !== outlook;
      node.textContent = node.dataset.text.replace("[points]", Number(valueOf("weight")) > 0 ? valueOf("weight") : "?");
    });
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

  function refused(messages) {
    runtime.notify("error", {
      title: texts.failed,
      message: messages.map(function (message) { return message.text; }).join(" ")
    });
    LtiAgsFields.tell(fields, problems, messages);
  }

  function save(event) {
    event.preventDefault();
    LtiAgsFields.tell(fields, problems, []);
    runtime.notify("save", { state: "start", message: texts.saving });
    LtiAgsFields.send(runtime.handlerUrl(element, "submit_studio_edits"), edits(), texts)
      .then(function (result) {
        if (result.messages) {
          refused(result.messages);
        } else {
          runtime.notify("save", { state: "end" });
        }
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
  LtiAgsCopying(root);
  LtiAgsAdding(runtime, element, root, texts);
  follow();
}
