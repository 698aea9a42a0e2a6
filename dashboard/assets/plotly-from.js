// Where pictures get plotly.js from: our own, smaller file, and never the address Dash would set later.
(function () {
  "use strict";
  var here = document.currentScript.dataset.plotly;
  Object.defineProperty(window, "_dashPlotlyJSURL", { get: function () { return here; }, set: function () {} });
})();
