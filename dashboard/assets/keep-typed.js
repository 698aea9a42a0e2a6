// What is typed into the form in [data-keep] stays in this browser until it is sent: a reload or a session that ran out
// loses nothing. [data-forget] names the beginning of what is not needed any more. Without this file the form works as
// any other.
(function () {
  "use strict";
  var PREFIX = "typed ";

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.type !== "hidden" && field.type !== "file" && field.type !== "submit";
    });
  }

  function keep(form, key) {
    var typed = {};
    fields(form).forEach(function (field) { if (field.value) typed[field.name] = field.value; });
    try { localStorage.setItem(key, JSON.stringify(typed)); } catch (error) { /* a full or closed store keeps nothing */ }
  }

  // What the page itself came back with is newer than what was kept.
  function takeUp(form, key) {
    var typed = null;
    try { typed = JSON.parse(localStorage.getItem(key)); } catch (error) { /* nothing kept */ }
    if (!typed || fields(form).some(function (field) { return field.value; })) return;
    fields(form).forEach(function (field) { if (typed[field.name]) field.value = typed[field.name]; });
  }

  function forget(beginning) {
    try {
      Object.keys(localStorage).forEach(function (key) {
        if (key.indexOf(PREFIX + beginning) === 0) localStorage.removeItem(key);
      });
    } catch (error) { /* nothing to forget */ }
  }

  document.querySelectorAll("[data-forget]").forEach(function (place) { forget(place.dataset.forget); });
  document.querySelectorAll("[data-keep]").forEach(function (place) {
    var form = place.querySelector("form"), key = PREFIX + place.dataset.keep;
    takeUp(form, key);
    form.addEventListener("input", function () { keep(form, key); });
  });
})();
