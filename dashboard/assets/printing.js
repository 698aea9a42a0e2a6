// Shows how far a document is that is being made, and fetches it when it is done. Without this file the page is
// looked at again by its link.
(function () {
  "use strict";
  var box = document.querySelector("[data-printing]");
  if (!box) return;
  var bar = box.querySelector("progress"), words = box.querySelector(".printing-words"), missed = 0;
  box.querySelector(".printing-again").hidden = true;

  function show(state) {
    bar.value = state.percent;
    var told = state.refused || (state.file ? "已生成：" + state.file : state.words + "……");
    if (words.textContent !== told) words.textContent = told;
    if (state.refused || state.file) bar.hidden = true;
    if (state.refused) words.className = "notice notice-refused";
    if (!state.file) return !state.refused;
    box.querySelector(".printing-done").hidden = false;
    location.assign(box.dataset.file);
    return false;
  }

  function ask() {
    fetch(box.dataset.printing, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    }).then(function (state) {
      missed = 0;
      if (show(state)) setTimeout(ask, 500);
    }).catch(function () {
      missed += 1;
      if (missed < 20) setTimeout(ask, 2000);
      else words.textContent = "连接中断，请刷新本页看进度";
    });
  }
  setTimeout(ask, 300);
})();
