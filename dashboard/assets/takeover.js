// The readable first content stays until its live twin is in the page; then it goes in the same moment.
// A MutationObserver runs before anything else can look: no id ever stands in the page twice.
(function () {
  "use strict";
  var first = document.getElementById("first-content");
  var root = document.getElementById("react-entry-point");
  if (!first || !root || !window.MutationObserver) return;
  var observer = new MutationObserver(function () {
    var live = document.getElementById("live");
    if (!live || !live.firstElementChild) return;
    observer.disconnect();
    first.parentNode.removeChild(first);
  });
  observer.observe(root, { childList: true, subtree: true });
})();
