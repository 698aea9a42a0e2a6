// Texts of a document that save themselves while they are written (dashboard.pages.writing). Without this file every
// section is a plain form with a button.
//
//   <div data-writing="account park document period">   whose drafts of what this browser keeps
//     <form class="text-form">…<textarea name="text">…  one a section, with hidden fields section and number
//     <button data-insert="【…｜…】">                    puts a reference where the text was last being written
//
// What is not saved yet is kept in the browser: it survives a reload, a lost network and a session that ran out.
(function () {
  "use strict";
  var page = document.querySelector("[data-writing]");
  if (!page) return;
  var PAUSE = 2000, AGAIN = 15000, REFERENCE = /【[^【】|｜\n]+[|｜][^【】|｜\n]+】/g;
  var last = null;

  function cookie(name) {
    var found = document.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
    return found ? decodeURIComponent(found[1]) : "";
  }

  function element(tag, words, kind) {
    var made = document.createElement(tag);
    if (words) made.textContent = words;
    if (kind) made.className = kind;
    return made;
  }

  function Editor(form) {
    this.form = form;
    this.area = form.elements.text;
    this.number = form.elements.number;
    this.told = form.querySelector(".saved");
    this.found = form.parentNode.querySelector(".found");
    this.key = "draft " + page.dataset.writing + " " + form.elements.section.value;
    this.server = this.area.defaultValue;
    this.timer = null;
    this.sending = false;
    this.apart = null;
    var editor = this;
    this.area.addEventListener("input", function () { editor.typed(); });
    this.area.addEventListener("focus", function () { last = editor; });
    this.area.addEventListener("blur", function () { editor.save(); });
    this.area.addEventListener("keydown", function (event) { editor.whole(event); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      if (editor.apart) editor.decide(editor.other);  // both are before the writer: what stands there now is meant
      editor.save(true);
    });
    this.then = null;
    this.earlier = form.parentNode.querySelectorAll(".history form");
    this.earlier.forEach(function (other) {
      other.addEventListener("submit", function (event) {
        if (!editor.sending) return;
        event.preventDefault();
        event.stopPropagation();
        editor.then = other;
      });
    });
    this.takeUp();
  }

  Editor.prototype.say = function (words, kind) {
    this.told.textContent = words;
    this.told.className = "saved small-text" + (kind ? " " + kind : "");
  };

  Editor.prototype.keep = function () {
    try {
      if (this.area.value === this.server) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify({ text: this.area.value, number: this.number.value }));
      return true;
    } catch (error) { return false; }
  };

  // What was not saved when the page was left: upon the same text it goes on, upon another both are shown.
  Editor.prototype.takeUp = function () {
    var kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.key)); } catch (error) { /* nothing kept */ }
    if (!kept || kept.text === this.server) { this.keep(); return; }
    var theirs = this.server;
    this.area.value = kept.text;
    if (kept.number === this.number.value) {
      this.say("已恢复上次没有保存的文字", "unsaved");
      this.later(PAUSE);
    } else {
      this.conflict({ error: "上次没有保存的文字已恢复；其间这一部分另有一稿保存", number: this.number.value, theirs: theirs });
    }
  };

  Editor.prototype.typed = function () {
    this.keep();
    if (this.apart) return;
    this.say("有未保存的修改", "unsaved");
    this.later(PAUSE);
  };

  Editor.prototype.later = function (wait) {
    var editor = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(function () { editor.save(); }, wait);
  };

  Editor.prototype.save = function (asked) {
    var editor = this, text = this.area.value;
    clearTimeout(this.timer);
    if (this.apart || this.sending || (text === this.server && !asked)) return;
    this.sending = true;
    this.say("正在保存…");
    var body = new FormData(this.form);
    body.set("csrf_token", cookie("csrf_token") || body.get("csrf_token"));
    fetch(this.form.action, { method: "POST", body: body, headers: { Accept: "application/json" }, keepalive: text.length < 15000 })
      .then(function (answer) {
        return answer.json().then(function (said) { return { status: answer.status, said: said }; });
      })
      .then(function (answer) {
        editor.sending = false;
        if (answer.status === 401) editor.signedOut();
        else if (answer.said.theirs !== undefined) editor.conflict(answer.said);
        else if (answer.said.error) editor.failed([answer.said.error, answer.said.advice].filter(Boolean).join("。"));
        else editor.saved(text, answer.said);
      })
      .catch(function () {
        editor.sending = false;
        editor.failed("网络中断，文字已留在本机浏览器，恢复后自动保存");
        editor.later(AGAIN);
      });
  };

  Editor.prototype.saved = function (text, said) {
    this.server = text;
    this.number.value = said.number;
    this.earlier.forEach(function (other) { other.elements.number.value = said.number; });
    this.keep();
    this.found.innerHTML = said.found;
    if (this.then) { this.then.requestSubmit(); return; }
    if (this.area.value === text) { this.say(said.told); return; }
    this.typed();
  };

  Editor.prototype.signedOut = function () {
    this.say("登录已失效，文字已留在本机浏览器。请", "unsaved");
    var link = element("a", "重新登录");
    link.href = "/login?next=" + encodeURIComponent(location.pathname);
    this.told.appendChild(link);
    this.told.appendChild(document.createTextNode("，回到本页后自动接着保存。"));
  };

  Editor.prototype.failed = function (words) {
    this.say((words || "没有保存") + "。文字已留在本机浏览器", "unsaved");
  };

  // Two have written at once: both texts are shown, and nothing is saved until one is chosen.
  Editor.prototype.conflict = function (said) {
    var editor = this, box = element("div", "", "theirs"), other = element("textarea");
    this.keep();
    this.say("尚未保存，请在两稿中选定", "unsaved");
    other.readOnly = true;
    other.value = said.theirs;
    other.rows = Math.min(12, Math.max(3, Math.ceil(said.theirs.length / 40)));
    other.setAttribute("aria-label", "另一稿");
    box.appendChild(element("p", said.error + "。下面是另一稿，上面是您写的："));
    box.appendChild(other);
    var buttons = element("div", "", "buttons");
    buttons.appendChild(this.choice("以我写的为准", "mine", function () { editor.decide(said); editor.save(true); }));
    buttons.appendChild(this.choice("以另一稿为准", "theirs", function () {
      var mine = editor.area.value;
      editor.area.value = said.theirs;
      editor.decide(said);
      editor.keep();
      editor.say("已换成另一稿；您写的在下面，可复制");
      var kept = element("div", "", "theirs");
      other.value = mine;
      other.setAttribute("aria-label", "您写的");
      kept.appendChild(element("p", "您写的（没有保存）："));
      kept.appendChild(other);
      editor.form.appendChild(kept);
    }));
    box.appendChild(buttons);
    if (this.apart) this.apart.remove();
    this.apart = box;
    this.other = said;
    this.form.appendChild(box);
    box.scrollIntoView({ block: "nearest" });
  };

  Editor.prototype.choice = function (word, name, act) {
    var button = element("button", word, "plain");
    button.type = "button";
    button.dataset.choose = name;
    button.addEventListener("click", act);
    return button;
  };

  Editor.prototype.decide = function (said) {
    this.apart.remove();
    this.apart = null;
    this.server = said.theirs;
    this.number.value = said.number;
  };

  // A reference goes as a whole: half a reference would stand for nothing.
  Editor.prototype.whole = function (event) {
    var area = this.area, at = area.selectionStart;
    if ((event.key !== "Backspace" && event.key !== "Delete") || at !== area.selectionEnd) return;
    var before = event.key === "Backspace" ? 0 : 1, match;
    REFERENCE.lastIndex = 0;
    while ((match = REFERENCE.exec(area.value))) {
      var start = match.index, end = start + match[0].length;
      if (at + before > start && at + before <= end) {
        event.preventDefault();
        this.put("", start, end);
        return;
      }
    }
  };

  // Through execCommand, so that it can be undone with the keyboard as typing can.
  Editor.prototype.put = function (words, start, end) {
    var area = this.area;
    area.focus();
    area.setSelectionRange(start, end);
    var done = false;
    try { done = document.execCommand(words ? "insertText" : "delete", false, words); } catch (error) { /* see below */ }
    if (!done) {
      area.setRangeText(words, start, end, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  Editor.prototype.insert = function (words) {
    var area = this.area, at = area.selectionEnd, match;
    REFERENCE.lastIndex = 0;
    while ((match = REFERENCE.exec(area.value))) {
      if (at > match.index && at < match.index + match[0].length) at = match.index + match[0].length;
    }
    this.put(words, area.selectionStart === area.selectionEnd ? at : area.selectionStart, at);
  };

  var editors = Array.prototype.map.call(page.querySelectorAll("form.text-form"), function (form) { return new Editor(form); });
  page.querySelectorAll("button[data-insert]").forEach(function (button) {
    // The text keeps the caret: pressing the button must not take the focus from it.
    button.addEventListener("mousedown", function (event) { event.preventDefault(); });
    button.addEventListener("click", function () {
      var editor = last || editors[0];
      if (editor) editor.insert(button.dataset.insert);
    });
  });
  window.addEventListener("pagehide", function () { editors.forEach(function (editor) { editor.save(); }); });
  window.addEventListener("beforeunload", function (event) {
    var lost = editors.some(function (editor) { return editor.area.value !== editor.server && !editor.keep(); });
    if (lost) { event.preventDefault(); event.returnValue = ""; }
  });
})();
