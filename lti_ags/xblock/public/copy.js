/* The buttons that copy the value before them, and tell so in words. */
function LtiAgsCopying(root) {
  "use strict";

  function mark(node) {
    var range = document.createRange();
    var selection = window.getSelection();
    range.selectNodeContents(node);
    selection.removeAllRanges();
    selection.addRange(range);
  }

  /* Within a frame the browser may refuse its clipboard; the older way works from a click. */
  function copyMarked(node) {
    mark(node);
    try {
      return document.execCommand("copy");
    } catch (error) {
      return false;
    }
  }

  function copy(node) {
    if (!navigator.clipboard) {
      return Promise.resolve(copyMarked(node));
    }
    return navigator.clipboard.writeText(node.textContent).then(
      function () { return true; },
      function () { return copyMarked(node); }
    );
  }

  root.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".lti-ags-copy");
    if (!button) {
      return;
    }
    var status = button.closest(".lti-ags-sheet").querySelector(".lti-ags-copied");
    status.textContent = "";
    copy(button.parentNode.querySelector("code")).then(function (isCopied) {
      status.textContent = isCopied ? button.dataset.copied : button.dataset.failed;
    });
  });
}

/* The block on its unit's page in Studio. */
function LtiAgsAuthor(runtime, element) {
  "use strict";

  LtiAgsCopying(element.jquery ? element[0] : element);
}
