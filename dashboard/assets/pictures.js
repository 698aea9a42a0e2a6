// A picture to paste into a paper: title above, periods and source below, black on white whatever the screen shows.
(function () {
  "use strict";
  var WIDTH = 960, EDGE = 16, SHARP = 2, INK = "#16202c", QUIET = "#46535f";
  var TITLE = { size: 18, line: 26, weight: 600, ink: INK }, NOTE = { size: 12, line: 18, weight: 400, ink: QUIET };

  // The drawing alone, as high as it stands on the page, with its legend above the axes: title and note are written
  // around it, so nothing overlaps.
  function bare(drawn) {
    var legend = drawn.layout.showlegend === false ? 0 : 32;
    var layout = Object.assign({}, drawn.layout, {
      autosize: false, width: WIDTH, height: drawn.clientHeight + legend,
      paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff",
      font: Object.assign({}, drawn.layout.font, { color: INK }),
      legend: Object.assign({}, drawn.layout.legend, { x: 1, xanchor: "right", y: 1, yanchor: "bottom" }),
    });
    var margin = drawn.layout.margin || {};
    layout.margin = Object.assign({}, margin, { l: Math.max(margin.l || 0, EDGE), r: Math.max(margin.r || 0, 24),
                                                t: (margin.t || 0) + legend });
    return { data: drawn.data, layout: layout, config: { locale: "zh-CN" } };
  }

  // Not fetch: the page's policy lets nothing be fetched but from this host, and a data address is no host.
  function asBlob(address) {
    var bytes = atob(address.split(",")[1]), held = new Uint8Array(bytes.length);
    for (var place = 0; place < bytes.length; place++) held[place] = bytes.charCodeAt(place);
    return new Blob([held], { type: "image/png" });
  }

  function pen(brush, style, family) {
    brush.font = style.weight + " " + style.size + "px " + family;
    brush.fillStyle = style.ink;
    brush.textBaseline = "top";
  }

  // As many lines as the width asks for; Chinese breaks anywhere, numbers and Latin words stay whole.
  function lines(brush, text) {
    var found = [""], parts = text.match(/[\w.,%:+-]+|[^]/g) || [];
    parts.forEach(function (part) {
      var tried = found[found.length - 1] + part;
      if (brush.measureText(tried).width <= WIDTH - 2 * EDGE) found[found.length - 1] = tried;
      else found.push(part);
    });
    return found;
  }

  function write(brush, said, style, y) {
    said.forEach(function (line, place) { brush.fillText(line, EDGE, y + place * style.line); });
  }

  function framed(figure, image, family) {
    var canvas = document.createElement("canvas"), brush = canvas.getContext("2d"), unit = figure.dataset.unit;
    pen(brush, TITLE, family);
    var title = lines(brush, figure.dataset.title + (unit ? "（" + unit + "）" : ""));
    pen(brush, NOTE, family);
    var note = lines(brush, figure.dataset.note), high = image.height / SHARP;
    var above = EDGE + title.length * TITLE.line, below = note.length * NOTE.line + EDGE;
    canvas.width = WIDTH * SHARP;
    canvas.height = (above + high + below) * SHARP;
    brush.scale(SHARP, SHARP);
    brush.fillStyle = "#ffffff";
    brush.fillRect(0, 0, WIDTH, above + high + below);
    brush.drawImage(image, 0, above, WIDTH, high);
    pen(brush, TITLE, family);
    write(brush, title, TITLE, EDGE);
    pen(brush, NOTE, family);
    write(brush, note, NOTE, above + high + 4);
    return new Promise(function (done, failed) {
      canvas.toBlob(function (blob) { if (blob) done(blob); else failed(new Error("no picture")); }, "image/png");
    });
  }

  function made(figure) {
    var drawn = figure.querySelector(".js-plotly-plot");
    if (!drawn || !window.Plotly) return Promise.reject(new Error("not drawn"));
    var asked = bare(drawn), family = (drawn.layout.font || {}).family || "sans-serif";
    return window.Plotly.toImage(asked, { format: "png", width: WIDTH, height: asked.layout.height, scale: SHARP })
      .then(asBlob).then(createImageBitmap).then(function (image) { return framed(figure, image, family); });
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
