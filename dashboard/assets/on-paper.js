// A picture is drawn as wide as the screen lets it be, and paper is narrower. There it shrinks as a whole, its words too,
// to the width the paper leaves it (parkwatch.css, .on-paper); afterwards it is as it was.
(function () {
  "use strict";
  function each(change) {
    document.querySelectorAll(".dash-graph").forEach(function (graph) {
      var drawings = graph.querySelectorAll(".svg-container > .main-svg");
      if (drawings.length) change(graph, drawings);
    });
  }

  window.addEventListener("beforeprint", function () {
    each(function (graph, drawings) {
      var wide = drawings[0].getAttribute("width"), high = drawings[0].getAttribute("height");
      graph.style.setProperty("--wide", wide + "px");
      graph.style.setProperty("--shape", wide + " / " + high);
      graph.classList.add("on-paper");
      drawings.forEach(function (drawing) { drawing.setAttribute("viewBox", "0 0 " + wide + " " + high); });
    });
  });

  window.addEventListener("afterprint", function () {
    each(function (graph, drawings) {
      graph.classList.remove("on-paper");
      drawings.forEach(function (drawing) { drawing.removeAttribute("viewBox"); });
    });
  });
})();
