// The overview lives: it narrows as one types and takes in what has changed, every minute while one looks.
// The server sends the same parts the page came with; only those that differ are put in. Without this file the
// search is a form and the page is what it was when it was opened.
(function () {
  "use strict";
  var overview = document.getElementById("overview");
  var search = document.getElementById("park-search");
  if (!overview || !search || !window.fetch) return;
  var EVERY = 60000, PAUSE = 150;
  var asked = 0, typing = 0, version = overview.dataset.version, waiting = null;

  function put(parts) {
    Object.keys(parts).forEach(function (id) {
      var part = document.getElementById(id);
      if (part && part.innerHTML !== parts[id]) part.innerHTML = parts[id];
    });
  }
  function arrived(data) {
    if (data.version === version) return;
    version = data.version;
    // Whoever stands on a link in the table keeps it: what is new waits until they have moved on.
    var part = document.activeElement && document.activeElement.closest("#overview .part");
    if (part) waiting = data.parts; else put(data.parts);
  }
  function ask() {
    var number = ++asked;
    return fetch(overview.dataset.source + location.search, { headers: { Accept: "application/json" }, cache: "no-cache" })
      .then(function (answer) {
        if (answer.status === 401) { location.reload(); return null; }
        return answer.ok ? answer.json() : null;
      })
      .then(function (data) { if (data && number === asked) arrived(data); })
      .catch(function () {});  // no connection: the page stays as it is, and asks again
  }
  function narrow() {
    var words = new URLSearchParams(location.search);
    words.delete("after"); words.delete("before");
    if (search.value.trim()) words.set("q", search.value); else words.delete("q");
    var query = words.toString();
    history.replaceState(null, "", location.pathname + (query ? "?" + query : ""));
    waiting = null;
    ask();
  }
  search.addEventListener("input", function () {
    clearTimeout(typing);
    typing = setTimeout(narrow, PAUSE);
  });
  search.form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(typing);
    narrow();
  });
  overview.addEventListener("focusout", function () {
    if (waiting) { put(waiting); waiting = null; }
  });
  setInterval(function () { if (!document.hidden) ask(); }, EVERY);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) ask(); });
  overview.dataset.live = "true";
})();
