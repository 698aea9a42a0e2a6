// Small comforts for plain forms; each form works without this file.
(function () {
  "use strict";
  var dropzone = document.querySelector(".dropzone input[type=file]");
  if (dropzone) {
    var zone = dropzone.closest(".dropzone");
    ["dragenter", "dragover"].forEach(function (name) {
      zone.addEventListener(name, function () { zone.classList.add("over"); });
    });
    ["dragleave", "drop"].forEach(function (name) {
      zone.addEventListener(name, function () { zone.classList.remove("over"); });
    });
    dropzone.addEventListener("change", function () {
      if (!dropzone.files.length) return;
      zone.classList.add("busy");
      zone.querySelector(".dropzone-word").textContent = "正在上传并检查：" + dropzone.files[0].name;
      dropzone.form.requestSubmit ? dropzone.form.requestSubmit() : dropzone.form.submit();
    });
  }
  // On a narrow screen the menu is longer than the line: the page one is on stands in sight.
  var here = document.querySelector(".menu [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
  // One press, one act: a second press while the first is under way does nothing.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
