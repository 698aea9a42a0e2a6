// A picture to paste into a paper: title above, periods and source below, black on white whatever the screen shows.
(function () {
  "use strict";
  var WIDTH = 960, ABOVE = 52, BELOW = 48;

  function words(text, y, size) {
    return { text: text, x: 0, xref: "container", xanchor: "left", y: y, yref: "container", yanchor: y ? "top" : "bottom",
             pad: { l: 16, t: 14, b: 10 }, font: { size: size, color: "#16202c" }, automargin: false };
  }

  // Plotly has one title; the note below stands as an annotation against the picture's lower edge.
  function paper(figure, drawn) {
    var height = drawn.layout.height || 300, unit = figure.dataset.unit;
    var margin = drawn.layout.margin || {};
    var layout = Object.assign({}, drawn.layout, {
      autosize: false, width: WIDTH, height: height + ABOVE + BELOW,
      paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff",
      font: Object.assign({}, drawn.layout.font, { color: "#16202c" }),
      title: words(figure.dataset.title + (unit ? "（" + unit + "）" : ""), 1, 18),
      margin: Object.assign({}, margin, { l: Math.max(margin.l || 0, 16), r: Math.max(margin.r || 0, 24),
                                          t: (margin.t || 0) + ABOVE, b: (margin.b || 0) + BELOW }),
    });
    layout.legend = Object.assign({}, layout.legend, { x: 1, xanchor: "right", y: 1, yanchor: "bottom" });
    layout.annotations = (drawn.layout.annotations || []).concat([{
      text: figure.dataset.note, showarrow: false, align: "left", font: { size: 11, color: "#46535f" },
      xref: "paper", x: 0, xanchor: "left", yref: "paper", y: 0, yanchor: "top", yshift: -(layout.margin.b - BELOW + 22),
    }]);
    return { data: drawn.data, layout: layout, config: { locale: "zh-CN" } };
  }

  // Not fetch: the page's policy lets nothing be fetched but from this host, and a data address is no host.
  function asBlob(address) {
    var bytes = atob(address.split(",")[1]), held = new Uint8Array(bytes.length);
    for (var place = 0; place < bytes.length; place++) held[place] = bytes.charCodeAt(place);
    return new Blob([held], { type: "image/png" });
  }

  function made(figure) {
    var drawn = figure.querySelector(".js-plotly-plot");
    if (!drawn || !window.Plotly) return Promise.reject(new Error("not drawn"));
    var asked = paper(figure, drawn);
    return window.Plotly.toImage(asked, { format: "png", width: asked.layout.width, height: asked.layout.height, scale: 2 })
      .then(asBlob);
  }

  function save(figure, blob) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = figure.dataset.title + ".png";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-picture]");
    if (!button) return;
    var figure = button.closest("figure"), told = figure.querySelector(".picture-told");
    function say(words) { told.textContent = words; }
    // Over plain HTTP a browser gives no page the clipboard: then the picture is saved, and that is said.
    var may = button.dataset.picture === "copy" && navigator.clipboard && window.ClipboardItem;
    var work = made(figure);
    if (may) {
      navigator.clipboard.write([new ClipboardItem({ "image/png": work })]).then(
        function () { say("已复制，可直接粘贴"); },
        function () { work.then(function (blob) { save(figure, blob); say("浏览器不允许复制，已改为下载"); }, failed); });
    } else {
      work.then(function (blob) {
        save(figure, blob);
        say(button.dataset.picture === "copy" ? "此浏览器不能复制图片，已改为下载" : "已下载");
      }, failed);
    }
    function failed() { say("图表尚未载入，请稍候再试"); }
  });
})();
