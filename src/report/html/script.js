"use strict";
/* Sorts, filters, folds and jumps. The page is whole without it; nothing here makes markup from data: texts are only ever set as text. */
(function () {
  var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function make(tag, attributes, text) {
    var element = document.createElement(tag);
    for (var name in attributes) element.setAttribute(name, attributes[name]);
    if (text) element.textContent = text;
    return element;
  }

  /* ---- sorting: a button in every heading, the direction in aria-sort */

  function value(row, column, number) {
    var cell = row.cells[column];
    if (!cell) return number ? -Infinity : "";
    var data = cell.querySelector("data");
    var text = cell.textContent.trim();
    if (!number) return text;
    var parsed = parseFloat(data ? data.value : text.replace(/,/g, "").replace("−", "-"));
    return isNaN(parsed) ? -Infinity : parsed;
  }

  function sort(table, column, number, direction) {
    var body = table.tBodies[0];
    var keyed = Array.prototype.map.call(body.rows, function (row, index) {
      return { row: row, key: value(row, column, number), index: index };
    });
    keyed.sort(function (a, b) {
      var order = number ? a.key - b.key || 0 : collator.compare(a.key, b.key);
      return (order || a.index - b.index) * (order ? direction : 1);
    });
    var fragment = document.createDocumentFragment();
    keyed.forEach(function (entry) { fragment.appendChild(entry.row); });
    body.appendChild(fragment);
  }

  function sortable(table) {
    if (table.dataset.ready || table.classList.contains("still") || !table.tHead || table.tBodies[0].rows.length < 2) return;
    table.dataset.ready = "1";
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      if (head.classList.contains("bar")) return;
      var number = head.classList.contains("n");
      var button = make("button", { type: "button", class: "sort" }, head.textContent);
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") === (number ? "descending" : "ascending") ? (number ? 1 : -1) : (number ? -1 : 1);
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
        sort(table, column, number, up);
      });
    });
  }

  /* ---- filtering: a field above what it narrows; folded groups open while something is looked for */

  function filterable(holder) {
    var name = holder.dataset.filter || holder.id;
    var rows = null;
    var box = make("div", { class: "filter" });
    var label = make("label", { for: "filter-" + name }, "Filter");
    var input = make("input", { id: "filter-" + name, type: "search", autocomplete: "off", spellcheck: "false", placeholder: "Any words of a row" });
    var said = make("output", { for: "filter-" + name });
    box.appendChild(label);
    box.appendChild(input);
    box.appendChild(said);
    holder.parentNode.insertBefore(box, holder);
    var pending = 0;
    function apply() {
      pending = 0;
      if (!rows) {
        rows = Array.prototype.map.call(holder.querySelectorAll("tbody tr"), function (row) {
          return { row: row, group: row.closest("details.group"), text: row.textContent.toLowerCase() };
        });
      }
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      var alive = new Set();
      rows.forEach(function (entry) {
        var hit = words.every(function (word) { return entry.text.indexOf(word) >= 0; });
        if (entry.row.hidden === hit) entry.row.hidden = !hit;
        if (hit) { shown += 1; if (entry.group) alive.add(entry.group); }
      });
      holder.querySelectorAll("details.group").forEach(function (group) {
        group.hidden = words.length > 0 && !alive.has(group);
        if (words.length > 0) {
          if (group.dataset.was === undefined) group.dataset.was = group.open ? "1" : "";
          group.open = alive.has(group);
        } else if (group.dataset.was !== undefined) {
          group.open = group.dataset.was === "1";
          delete group.dataset.was;
        }
      });
      said.textContent = words.length ? shown.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows" : "";
    }
    input.addEventListener("input", function () { if (!pending) pending = requestAnimationFrame(apply); });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && input.value) { input.value = ""; apply(); event.preventDefault(); }
    });
  }

  /* What scrolls sideways can be scrolled by keyboard. To measure lays out: so what is folded is left alone, all is read before anything is written, and
     on large pages only what comes into view is looked at. */
  var large = document.body.classList.contains("large") && "IntersectionObserver" in window;
  var waiting = 0;
  var inView = large && new IntersectionObserver(function (entries) {
    measure(entries.filter(function (entry) { return entry.isIntersecting; }).map(function (entry) { return entry.target; }));
  });
  function reachable() {
    if (large) document.querySelectorAll(".scroll").forEach(function (box) { inView.observe(box); });
    else if (!waiting) waiting = requestAnimationFrame(function () { waiting = 0; measure(Array.from(document.querySelectorAll(".scroll"))); });
  }
  function measure(all) {
    var boxes = all.filter(function (box) { return !box.closest("details:not([open])"); });
    var wide = boxes.map(function (box) { return box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible"; });
    boxes.forEach(function (box, index) {
      if (wide[index] === box.hasAttribute("tabindex")) return;
      if (!wide[index]) {
        ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
        return;
      }
      var caption = box.querySelector("caption");
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      if (caption) box.setAttribute("aria-label", caption.textContent);
    });
  }
  window.addEventListener("resize", reachable);
  if (large) reachable();

  /* Tables in folds get their buttons when they are first opened: a page of thousands of rows is ready at once. */
  function ready(holder) {
    holder.querySelectorAll("table").forEach(function (table) {
      if (table.closest("details:not([open])")) return;
      sortable(table);
    });
    if (!large) reachable();
  }

  document.querySelectorAll("[data-filter]").forEach(filterable);
  ready(document);
  document.addEventListener("toggle", function (event) {
    var fold = event.target;
    if (!fold.open) return;
    if (!fold.dataset.seen) {
      fold.dataset.seen = "1";
      var body = fold.querySelector(":scope > .scroll");
      if (body && !fold.closest("[data-filter]") && body.querySelectorAll("tbody tr").length > 12) filterable(body.id ? body : named(body, fold));
    }
    ready(fold);
  }, true);

  function named(body, fold) {
    body.dataset.filter = fold.id || "fold";
    return body;
  }

  /* ---- jumping: what an anchor names is unfolded first */

  /* What is laid out late, once it comes into view, moves what was scrolled to: again until it stays. */
  function settle(target, left) {
    target.scrollIntoView({ behavior: "instant" });
    var top = target.getBoundingClientRect().top;
    requestAnimationFrame(function () {
      requestAnimationFrame(function () {
        if (left && Math.abs(target.getBoundingClientRect().top - top) > 1) settle(target, left - 1);
      });
    });
  }

  function reveal() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (var at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    settle(target, 10);
    var focus = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    if (focus.tabIndex < 0) focus.tabIndex = -1;
    focus.focus({ preventScroll: true });
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  /* ---- folding and printing */

  function fold(open) {
    document.querySelectorAll("details").forEach(function (details) { details.open = open; });
  }
  var tools = document.getElementById("tools");
  [["Unfold all", function () { fold(true); }], ["Fold all", function () { fold(false); }],
   ["Print summary", function () { document.body.classList.add("brief"); window.print(); }], ["Print all", function () { window.print(); }]
  ].forEach(function (entry) {
    var button = make("button", { type: "button" }, entry[0]);
    button.addEventListener("click", entry[1]);
    tools.appendChild(button);
  });

  var folded = [];
  window.addEventListener("beforeprint", function () {
    if (document.body.classList.contains("brief")) return;
    folded = Array.prototype.filter.call(document.querySelectorAll("details"), function (details) { return !details.open; });
    folded.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    document.body.classList.remove("brief");
    folded.forEach(function (details) { details.open = false; });
    folded = [];
  });

  /* ---- where the reader is */

  if ("IntersectionObserver" in window) {
    var links = {};
    document.querySelectorAll("nav a").forEach(function (link) { links[link.hash.slice(1)] = link; });
    var seen = new Set();
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { if (entry.isIntersecting) seen.add(entry.target.id); else seen.delete(entry.target.id); });
      var current = null;
      Object.keys(links).forEach(function (id) { if (!current && seen.has(id)) current = id; links[id].removeAttribute("aria-current"); });
      if (current) links[current].setAttribute("aria-current", "true");
    }, { rootMargin: "-10% 0px -70% 0px" });
    document.querySelectorAll("main > section").forEach(function (section) { watch.observe(section); });
  }
})();
