// Shows how far a form that sends files has come. Works for every form with data-upload; without this file, or when
// nothing is chosen, the form is sent as any other.
//
//   <form data-upload data-largest="209715200" enctype="multipart/form-data" …>   data-largest: bytes, may be left out
//     <input type="file" …>  (one or several; a folder too)
//     <div class="upload-progress" hidden>                                        dashboard.components.forms.progress()
//
// The server sees Accept: application/json and answers {"next": address} to go to, or {"error": words, "advice": words}
// (dashboard.uploads). On an error everything typed and chosen stays as it is.
// Where many files are read one by one, lines before the last say how far that has come: {"done": 12, "total": 200}.
(function () {
  "use strict";
  var MB = 1024 * 1024;

  function size(form) {
    var bytes = 0;
    form.querySelectorAll("input[type=file]").forEach(function (input) {
      Array.prototype.forEach.call(input.files || [], function (file) { bytes += file.size; });
    });
    return bytes;
  }

  function mb(bytes) { return bytes < 10 * MB ? (bytes / MB).toFixed(1) : String(Math.round(bytes / MB)); }

  function left(seconds) {
    if (!isFinite(seconds) || seconds < 1) return "";
    return seconds < 90 ? "，约剩" + Math.ceil(seconds) + "秒" : "，约剩" + Math.ceil(seconds / 60) + "分钟";
  }

  function Progress(form) {
    var box = form.querySelector(".upload-progress");
    this.box = box;
    this.bar = box.querySelector("progress");
    this.words = box.querySelector(".upload-words");
    this.heard = box.querySelector("[aria-live]");
    this.cancel = box.querySelector("button");
    this.buttons = Array.prototype.filter.call(form.querySelectorAll("button"), function (button) {
      return !box.contains(button);
    });
    this.told = -1;
  }
  Progress.prototype.begin = function () {
    this.box.hidden = this.cancel.hidden = this.bar.hidden = false;
    this.box.classList.remove("failed");
    this.buttons.forEach(function (button) { button.disabled = true; });
    this.told = -1;
    this.say("正在上传");
  };
  Progress.prototype.say = function (words) { this.words.textContent = this.heard.textContent = words; };
  Progress.prototype.at = function (sent, total, seconds) {
    var percent = Math.floor(100 * sent / total);
    this.bar.value = percent;
    this.words.textContent = "已上传" + percent + "%（" + mb(sent) + "MB，共" + mb(total) + "MB）" +
      left(seconds * (total - sent) / sent);
    // Whoever hears the page is told every tenth, not every tick.
    if (Math.floor(percent / 10) !== this.told) {
      this.told = Math.floor(percent / 10);
      this.heard.textContent = "已上传" + percent + "%";
    }
  };
  Progress.prototype.checking = function () {
    this.bar.removeAttribute("value");
    this.cancel.hidden = true;
    this.say("已上传，正在检查文件……");
  };
  Progress.prototype.reading = function (done, total) {
    this.bar.value = Math.floor(100 * done / total);
    this.words.textContent = "已核对" + done + "份，共" + total + "份";
    if (done === total) this.heard.textContent = this.words.textContent;
  };
  Progress.prototype.fail = function (words) {
    this.box.hidden = false;
    this.box.classList.add("failed");
    this.bar.hidden = this.cancel.hidden = true;
    this.buttons.forEach(function (button) { button.disabled = false; });
    this.say(words);
    this.box.scrollIntoView({ block: "nearest" });
  };

  // The newest line of the answer that is whole.
  function answer(request) {
    var lines = request.responseText.split("\n"), place;
    for (place = lines.length - 1; place >= 0; place--) {
      try { if (lines[place]) return JSON.parse(lines[place]); } catch (error) { /* not all of it is here yet */ }
    }
    return {};
  }

  function go(address) {
    var here = location.pathname + location.search;
    location.assign(address);
    // The same page at another place of it would not be loaded anew.
    if (address.split("#")[0] === here) location.reload();
  }

  function send(form, progress) {
    var request = new XMLHttpRequest(), began = Date.now();
    function failed(words) { leave(false); delete form.dataset.sent; progress.fail(words); }
    function warn(event) { event.preventDefault(); event.returnValue = ""; }
    function leave(asking) { (asking ? addEventListener : removeEventListener)("beforeunload", warn); }

    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) progress.at(event.loaded, event.total, (Date.now() - began) / 1000);
    };
    request.upload.onload = function () { progress.checking(); };
    request.onprogress = function () {
      var step = answer(request);
      if (step.total) progress.reading(step.done, step.total);
    };
    request.onload = function () {
      var said = answer(request);
      if (said.next) { leave(false); go(said.next); return; }
      failed([said.error || "系统出现故障，文件没有保存。请稍后重试", said.advice].filter(Boolean).join("。"));
    };
    request.onerror = function () { failed("网络中断，文件没有保存。请检查网络后重新上传，已填写的内容都在。"); };
    request.onabort = function () { failed("已取消，文件没有保存。"); };
    progress.cancel.onclick = function () { request.abort(); };
    leave(true);
    progress.begin();
    request.send(new FormData(form));
  }

  document.querySelectorAll("form[data-upload]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var bytes = size(form), largest = Number(form.dataset.largest) || Infinity, progress;
      if (!bytes || event.defaultPrevented) return;
      event.preventDefault();
      if (form.dataset.sent) { event.stopPropagation(); return; }
      progress = new Progress(form);
      if (bytes > largest) {
        event.stopPropagation();
        progress.fail("文件有" + Math.ceil(bytes / MB) + "MB，超过上限" + Math.floor(largest / MB) + "MB，没有上传。");
        return;
      }
      form.dataset.sent = "1";
      event.stopPropagation();
      send(form, progress);
    });
  });
})();
