"use strict";
/* The console. Everything a stranger wrote reaches the page as text, never as markup: there is no
   innerHTML here, and the page's policy (trusted types, no inline script) would refuse it. */
(() => {
  const SHOWN = 60; // rows at first, and more with each press of the button
  const WORDS = {
    ALLOW: "Allow", REVIEW: "Review", BLOCK: "Block", DEAD: "Dead letter",
    LOW_CONFIDENCE: "Low confidence", SUSPECTED_ADVERSARIAL: "Suspected attack", UNKNOWN: "Flagged",
  };
  const FILTERS = {
    all: () => true,
    flagged: (e) => e.kind === "verdict" && e.flags.length > 0,
    block: (e) => e.decision === "BLOCK",
    review: (e) => e.decision === "REVIEW",
    dead: (e) => e.kind === "dead",
  };
  const $ = (id) => document.getElementById(id);
  const list = $("list"), detail = $("detail"), keys = $("keys"), search = $("search");

  const entries = new Map(); // sequence number -> entry
  const rows = new Map(); // sequence number -> row
  const unveiled = new Set();
  let instance = null, page = null, history = 200, lastId = null, clock = 0;
  let filter = "all", text = "", limit = SHOWN, paused = false, waiting = 0, newest = 0;
  let source = null, retry = 0, due = false, drawn = false, heardFlags = 0, saidAt = 0;

  /* ---------- small helpers ---------- */
  function el(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "text") node.textContent = value;
      else if (key === "on") for (const [type, run] of Object.entries(value)) node.addEventListener(type, run);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child != null));
    return node;
  }
  const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const number = (value) =>
    value >= 100 || value === Math.round(value) ? whole.format(value) : value.toFixed(1);
  const score = (value) => (value > 0 && value < 0.0005 ? "<0.001" : value.toFixed(3));
  const setText = (node, value) => { if (node.textContent !== value) node.textContent = value; };
  const now = () => Date.now() + clock;
  function age(at) {
    const seconds = Math.max(0, Math.round((now() - at) / 1000));
    if (seconds < 2) return "now";
    if (seconds < 60) return seconds + " s ago";
    if (seconds < 3600) return Math.floor(seconds / 60) + " min ago";
    return Math.floor(seconds / 3600) + " h ago";
  }
  function duration(ms) {
    if (ms < 1000) return [String(Math.round(ms)), "ms"];
    if (ms < 60000) return [(ms / 1000).toFixed(ms < 10000 ? 1 : 0), "s"];
    return [(ms / 60000).toFixed(1), "min"];
  }
  function say(words) { setText($("live"), words); saidAt = Date.now(); }
  const tag = (kind, words) => el("span", { class: "tag tone-" + kind, text: words || WORDS[kind] || kind });

  /* ---------- connection ---------- */
  function connect() {
    clearTimeout(retry);
    if (source) source.close();
    source = new EventSource("events" + (lastId ? "?last=" + encodeURIComponent(lastId) : ""));
    source.addEventListener("hello", (event) => hello(JSON.parse(event.data)));
    source.addEventListener("entry", (event) => {
      lastId = event.lastEventId;
      add(JSON.parse(event.data));
    });
    source.addEventListener("missed", (event) => {
      note(whole.format(JSON.parse(event.data).count) + " entries passed while this page was not listening.");
    });
    source.addEventListener("stats", (event) => stats(JSON.parse(event.data)));
    source.onerror = () => {
      status("lost", "Reconnecting");
      // The browser tries again by itself, but not after an answer such as 503.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, 3000);
    };
  }
  function hello(data) {
    if (page && page !== data.page) { location.reload(); return; }
    page = data.page;
    history = data.history;
    if (instance && instance !== data.instance) {
      say("The service has started anew.");
      if (detail.open) detail.close();
    }
    if (!data.resumed) forget();
    instance = data.instance;
    live();
  }
  function forget() {
    entries.clear(); rows.clear(); unveiled.clear();
    list.replaceChildren();
    waiting = 0; newest = 0; heardFlags = 0; drawn = false;
    draw();
  }
  function live() {
    if (paused) status("paused", "Paused");
    else status("live", "Live");
  }
  function status(state, words) {
    const was = $("status").dataset.state;
    if (was === state) return;
    $("status").dataset.state = state;
    setText($("status-text"), words);
    if (state === "lost") say("The connection to the service is lost.");
    else if (was === "lost") say("Connected again.");
  }
  function note(words) { setText($("not-shown"), words); $("not-shown").hidden = false; }

  /* ---------- figures ---------- */
  function stats(data) {
    clock = data.now - Date.now();
    for (const tile of document.querySelectorAll("[data-flow]")) flow(tile, data.flow[tile.dataset.flow]);
    const totals = data.totals;
    setText($("labelled"), whole.format(totals.labelled));
    for (const node of document.querySelectorAll("[data-total]")) setText(node, whole.format(totals[node.dataset.total]));
    for (const part of $("share").children) {
      part.style.width = totals.labelled ? (100 * totals[part.dataset.part]) / totals.labelled + "%" : "0";
    }
    if (totals.notShown) note(whole.format(totals.notShown) + " more came faster than anybody reads: counted, not listed.");
    mixes = data.mix;
    mix();
    reasons(data.reasons);
    setText($("about"), about(data.about, data.state));
    counts(totals);
    for (const row of rows.values()) setText(row.when, age(row.entry.at));
    flagsHeard(totals);
    if ($("status").dataset.state !== "lost") live();
  }
  function about(facts, state) {
    const parts = [];
    if (facts.model) parts.push(facts.model, "label set " + facts["label set"], "on " + facts.devices);
    if (!/^live RUNNING(, \w+ RUNNING)*$/.test(state)) parts.push(state);
    return parts.join("  ·  ");
  }
  function flow(tile, data) {
    const name = tile.dataset.flow;
    const figure = tile.querySelector("b"), unit = tile.querySelector("span");
    if (name === "lag") tile.hidden = data.now === null;
    if (data.now === null) {
      setText(figure, "–");
    } else if (name === "p50" || name === "p99") {
      const [value, name] = duration(data.now);
      setText(figure, value);
      setText(unit, name);
    } else if (name === "fill") {
      setText(figure, String(Math.round(100 * data.now)));
    } else {
      setText(figure, number(data.now));
    }
    spark(tile.querySelector("svg"), data.trend, name === "fill" ? 1 : 0);
  }
  function spark(node, values, least) {
    if (!node.firstChild) {
      node.setAttribute("preserveAspectRatio", "none");
      node.append(svg("path"), svg("polyline"));
    }
    const width = Math.max(1, values.length - 1);
    const top = Math.max(least, ...values.map((value) => value || 0)) || 1;
    const points = [];
    values.forEach((value, i) => { if (value !== null) points.push([i, 20 - (18 * value) / top]); });
    node.setAttribute("viewBox", "0 0 " + width + " 20");
    const line = points.map(([x, y]) => x + "," + y.toFixed(2)).join(" ");
    node.lastChild.setAttribute("points", points.length > 1 ? line : "");
    node.firstChild.setAttribute("d", points.length > 1
      ? "M" + points[0][0] + ",20 L" + line.replaceAll(" ", " L") + " L" + points[points.length - 1][0] + ",20 Z" : "");
  }
  let mixes = null, mixBy = "groups";
  function mix() {
    if (!mixes) return;
    const all = mixes.total, shown = mixes[mixBy];
    const target = $("mix");
    if (!shown.length) return target.replaceChildren(el("li", { class: "quiet", text: "None yet" }));
    while (target.children.length > shown.length || target.firstChild?.className === "quiet") target.lastChild.remove();
    shown.forEach((label, i) => {
      if (!target.children[i]) {
        const graph = svg("svg");
        graph.setAttribute("class", "spark");
        graph.setAttribute("aria-hidden", "true");
        target.append(el("li", {}, el("span", { class: "name" }), graph, el("b")));
      }
      const [name, graph, count] = target.children[i].children;
      setText(name, label.label);
      name.title = label.label;
      setText(count, all ? Math.round((100 * label.count) / all) + " %" : "");
      spark(graph, label.trend.map((value) => value || 0), 0);
    });
  }
  function reasons(list) {
    if (!list.length) return;
    $("reasons").replaceChildren(...list.map((one) =>
      el("li", {}, el("span", { class: "code", text: one.reason }), el("b", { text: whole.format(one.count) }))));
  }
  function counts(totals) {
    const figures = { flagged: totals.LOW_CONFIDENCE + totals.SUSPECTED_ADVERSARIAL, block: totals.BLOCK, review: totals.REVIEW, dead: totals.deadLetters };
    for (const [name, count] of Object.entries(figures)) {
      setText(document.querySelector("[data-filter=" + name + "] b"), whole.format(count));
    }
  }
  /* Screen readers hear of suspected attacks, at most once in half a minute. */
  function flagsHeard(totals) {
    const more = totals.SUSPECTED_ADVERSARIAL - heardFlags;
    if (heardFlags && more > 0 && Date.now() - saidAt > 30000) say(more + " more suspected attacks.");
    if (!heardFlags || Date.now() - saidAt < 1000) heardFlags = totals.SUSPECTED_ADVERSARIAL;
  }

  /* ---------- list ---------- */
  function add(entry) {
    if (entries.has(entry.seq)) return;
    entries.set(entry.seq, entry);
    newest = Math.max(newest, entry.seq);
    trim();
    if (drawn && held() && matches(entry)) { waiting++; fresh(); }
    else later();
  }
  /* As many of each kind as the service keeps; older ones could not be opened. */
  const kindOf = (entry) => entry.kind === "dead" ? "dead" : entry.decision !== "ALLOW" || entry.flags.length ? "look" : "usual";
  function trim() {
    if (entries.size <= history) return;
    const kept = {};
    for (const entry of entries.values()) (kept[kindOf(entry)] ||= []).push(entry.seq);
    for (const seqs of Object.values(kept)) {
      for (const seq of seqs.slice(0, Math.max(0, seqs.length - history))) {
        entries.delete(seq);
        unveiled.delete(seq);
      }
    }
  }
  const matches = (entry) => FILTERS[filter](entry) && (!text || haystack(entry).includes(text));
  /* The list does not move while somebody reads it. */
  const held = () => paused || list.contains(document.activeElement) || detail.open ||
    window.scrollY > list.getBoundingClientRect().top + window.scrollY + 40;
  function later() {
    if (due) return;
    due = true;
    setTimeout(() => { due = false; if (!held() || !drawn) draw(); else fresh(); }, drawn ? 700 : 60);
  }
  function fresh() {
    $("fresh").hidden = waiting === 0;
    setText($("fresh"), waiting + " new · show");
  }
  function draw() {
    const wanted = [];
    let total = 0;
    for (const entry of [...entries.values()].sort((a, b) => b.seq - a.seq)) {
      if (!matches(entry)) continue;
      total++;
      if (wanted.length < limit) wanted.push(entry);
    }
    const keep = new Set(wanted.map((entry) => entry.seq));
    for (const [seq, row] of rows) if (!keep.has(seq)) { row.node.remove(); rows.delete(seq); }
    let next = list.firstChild;
    for (const entry of wanted) {
      let row = rows.get(entry.seq);
      if (!row) {
        row = makeRow(entry);
        if (drawn && entry.seq > newestDrawn) row.node.classList.add("new");
        rows.set(entry.seq, row);
      }
      if (row.node === next) next = next.nextSibling;
      else list.insertBefore(row.node, next);
    }
    newestDrawn = newest;
    drawn = drawn || wanted.length > 0;
    waiting = 0;
    fresh();
    $("more").hidden = total <= limit;
    $("empty").hidden = wanted.length > 0;
    setText($("empty"), entries.size ? "Nothing of this kind yet." : "Nothing yet. Verdicts appear here as they are made.");
    return total;
  }
  let newestDrawn = 0;
  const haystack = (entry) => (entry.words ||= [entry.id, entry.decision, entry.decidedBy, entry.topLabel,
    entry.reason, entry.message, ...(entry.flags || []).map((flag) => flag.reason)].join(" ").toLowerCase());

  function makeRow(entry) {
    const when = el("time", { class: "when", datetime: new Date(entry.at).toISOString(), text: age(entry.at) });
    const dead = entry.kind === "dead";
    const headline = el("span", { class: "headline" },
      tag(dead ? "DEAD" : entry.decision), el("span", { text: dead ? entry.reason : entry.decidedBy }));
    const open = el("button", { type: "button", class: "open", "aria-haspopup": "dialog", on: { click: () => look(entry) } }, headline);
    const meta = el("p", { class: "meta" }, el("bdi", { class: "id", text: entry.id, title: entry.id }), when,
      dead ? null : el("span", { text: "took " + duration(entry.latency).join(" ") }), entry.backfill ? el("span", { text: "back-fill" }) : null);
    const what = el("div", { class: "what" }, open, meta);
    if (dead) what.append(el("p", { class: "why", text: entry.message }));
    for (const flag of doubts(entry)) what.append(el("p", { class: "why" }, tag(flag.kind), flag.reason));
    const node = el("li", { class: "row" }, picture(entry), what);
    node.dataset.seq = entry.seq;
    if (dead) what.style.gridColumn = "2 / -1";
    else node.append(el("div", { class: "bars" }, ...entry.bars.filter(worthABar(entry)).map((bar) => scoreBar(bar, entry, false))));
    return { node, when, entry };
  }
  /* Next to a label that is all but certain the others are noise. */
  const worthABar = (entry) => (bar, i) =>
    i === 0 || bar.label === entry.decidedBy || Math.max(bar.after, bar.before) >= 0.005;
  /* The graver doubt first. */
  const doubts = (entry) => [...(entry.flags || [])].sort((a, b) =>
    (b.kind === "SUSPECTED_ADVERSARIAL") - (a.kind === "SUSPECTED_ADVERSARIAL"));
  function scoreBar(bar, entry, full) {
    const track = el("span", { class: "track" });
    const fill = (kind, value) => { const node = el("i", { class: kind }); node.style.width = 100 * value + "%"; track.append(node); };
    fill("after", bar.after);
    fill("before", bar.before);
    if (bar.threshold != null) {
      const limit = el("i", { class: "limit" });
      limit.style.left = 100 * bar.threshold + "%";
      track.append(limit);
    }
    const words = full ? score(bar.before) + " → " + score(bar.after) + (bar.threshold != null ? " / " + bar.threshold : "") : score(bar.after);
    const node = el("div", { class: "score" + (bar.label === entry.decidedBy ? " tone-" + entry.decision : "") }, el("span", { class: "name" + (bar.label === entry.decidedBy ? " by" : ""), text: bar.label, title: bar.label }),
      track, el("span", { class: "value", text: words }));
    return node;
  }
  function pictureUrl(entry, veil) {
    return "pictures/" + instance + "-" + entry.seq + (veil ? "/veiled.png" : "/clear.png");
  }
  /* What may hurt comes as five by five pixels; the rest of it is not even fetched before it is asked for. */
  function picture(entry) {
    if (entry.kind === "dead" || !entry.picture) return el("span", { class: "pic none", "aria-hidden": "true", text: "–" });
    const image = (veil) => el("img", { src: pictureUrl(entry, veil), alt: veil ? "" : "What the model saw of " + entry.id, width: 64, height: 64, decoding: "async" });
    if (!entry.veiled) return el("span", { class: "pic" }, image(false));
    const button = el("button", { type: "button", class: "pic" });
    button.unveil = () => {
      const veil = !unveiled.has(entry.seq);
      button.classList.toggle("veil", veil);
      button.setAttribute("aria-label", (veil ? "Show" : "Veil") + " the picture of " + entry.id);
      button.setAttribute("aria-pressed", String(!veil));
      button.replaceChildren(image(veil));
    };
    button.addEventListener("click", () => toggleVeil(entry));
    button.dataset.veil = entry.seq;
    button.unveil();
    return button;
  }
  function toggleVeil(entry) {
    if (!entry || !entry.veiled) return;
    if (!unveiled.delete(entry.seq)) unveiled.add(entry.seq);
    for (const button of document.querySelectorAll("button.pic")) {
      if (button.dataset.veil === String(entry.seq)) button.unveil();
    }
  }

  /* ---------- one verdict ---------- */
  let looked = null;
  async function look(entry) {
    looked = entry;
    const body = $("detail-body");
    setText($("detail-title"), entry.id);
    body.replaceChildren(el("p", { class: "empty", text: "Loading" }));
    if (!detail.open) detail.showModal();
    let answer;
    try {
      answer = await fetch("entries/" + instance + "-" + entry.seq);
      if (!answer.ok) throw new Error(await answer.text());
      const full = await answer.json();
      if (looked !== entry) return;
      body.replaceChildren(...(full.kind === "dead" ? deadDetail(full) : verdictDetail(full)));
    } catch (error) {
      if (looked === entry) body.replaceChildren(el("p", { class: "empty", text: answer ? "It is no longer kept." : "The service does not answer." }));
    }
  }
  const part = (title, small, ...children) =>
    el("section", { class: "part" }, el("h3", { text: title }, small ? el("small", { text: small }) : null), ...children);

  function deadDetail(one) {
    return [
      el("p", { class: "verdict" }, tag("DEAD"), " " + one.reason),
      el("ul", { class: "because" }, el("li", { text: one.message })),
      part("Where it came from", "", facts([{ name: "read from", value: one.origin }, { name: "given up", value: new Date(one.at).toISOString() }])),
      part("Look further", "", copyLine(one.command), copyLine(one.verify)),
    ];
  }
  function verdictDetail(one) {
    const decider = one.labels.find((label) => label.label === one.decidedBy);
    const pictureColumn = el("div", {}, picture(one), el("p", { class: "caption", text: one.picture ? "What the model saw" : "No picture was kept" }));
    const because = el("ul", { class: "because" }, el("li", { class: "tone-" + one.decision, text: decisionReason(one, decider) }));
    for (const flag of doubts(one)) {
      because.append(el("li", { class: "tone-" + flag.kind }, tag(flag.kind),
        el("ul", {}, ...flag.reason.replace(/: (?=[a-z-]+ \d)/, "; ").split("; ").map((piece) => el("li", { text: piece })))));
    }
    const shown = one.labels.slice(0, 10);
    if (decider && !shown.includes(decider)) shown.push(decider);
    const rest = one.labels.filter((label) => !shown.includes(label));
    const bars = el("div", { class: "scores" }, ...shown.map((label) => scoreBar(label, one, true)));
    const more = rest.length ? el("p", { class: "more" }, el("button", { type: "button", text: "All " + one.labelCount + " labels", on: {
      click: (event) => { bars.append(...rest.map((label) => scoreBar(label, one, true))); event.target.parentNode.remove(); } } })) : null;
    const moved = one.purification.topLabelChanged ? "it changed the top label" : "the top label stayed";
    return [
      el("div", { class: "first" }, pictureColumn, el("div", {},
        el("p", { class: "verdict" }, tag(one.decision), " " + one.decidedBy), because)),
      part("Suspicion", one.suspicion.rule, gauge(one)),
      part("Scores", "purification " + one.purification.method + "; " + moved,
        el("p", { class: "keyline" }, el("span", { text: "after purification" }), el("span", { class: "k-before", text: "before" }), el("span", { class: "k-limit", text: "threshold" })), bars, more),
      el("div", { class: "two" },
        one.views.length ? part("Other views", "the same image, changed a little", views(one.views)) : null,
        part("Signals", "", signals(one.suspicion.signals))),
      part("How it was made", "", facts(one.facts)),
      part("Check it yourself", "", copyLine(one.command), copyLine(one.verify)),
    ].filter(Boolean);
  }
  function decisionReason(one, decider) {
    const top = one.topLabel + " is on top with " + score(one.topScore);
    const view = one.views.find((seen) => seen.decision === one.decision && seen.topLabel === one.decidedBy);
    if (decider && decider.threshold != null && decider.after >= decider.threshold) {
      return one.decidedBy + " scored " + score(decider.after) + ", " + score(decider.after - decider.threshold) + " above its threshold of " + decider.threshold + ".";
    }
    if (view) return top + ", but seen as " + view.transform + " it is " + one.decidedBy + " with " + score(view.topScore) + ": the strictest view decides.";
    if (one.decidedBy === one.topLabel) return one.decidedBy + " is the best label with " + score(one.topScore) + ", " + score(one.margin) + " before the next.";
    return top + "; labels that ask for " + WORDS[one.decision].toLowerCase() + " together reached what is needed, " + one.decidedBy + " the strongest of them.";
  }
  function gauge(one) {
    const { score: value, threshold } = one.suspicion;
    const scale = Math.max(1, value, threshold * 1.25);
    const track = el("span", { class: "track" });
    const fill = el("i", { class: "after" }), limit = el("i", { class: "limit" });
    fill.style.width = (100 * value) / scale + "%";
    limit.style.left = (100 * threshold) / scale + "%";
    track.append(fill, limit);
    const crossed = value >= threshold;
    const apart = crossed ? score(value - threshold) + " above" : score(threshold - value) + " below";
    return el("div", { class: "gauge tone-" + (crossed ? "SUSPECTED_ADVERSARIAL" : "ALLOW") }, track,
      el("span", { text: score(value) + ", " + apart + " the threshold of " + score(threshold) }));
  }
  function views(seen) {
    return el("table", {}, el("thead", {}, el("tr", {}, ...["View", "Top label", "Alone", "Moved"].map((head) => el("th", { scope: "col", text: head })))),
      el("tbody", {}, ...seen.map((view) => el("tr", {}, el("td", { text: view.transform }), el("td", { text: view.topLabel + " " + score(view.topScore) }),
        el("td", {}, tag(view.decision)), el("td", { class: "n", text: (100 * view.totalVariation).toFixed(1) + " %" })))));
  }
  function signals(all) {
    return el("table", {}, el("tbody", {}, ...Object.entries(all).map(([name, value]) =>
      el("tr", {}, el("th", { scope: "row", text: name }), el("td", { class: "n", text: value.toFixed(4) })))));
  }
  const facts = (all) => el("dl", { class: "facts" }, ...all.map((fact) => el("div", {}, el("dt", { text: fact.name }), el("dd", { text: fact.value }))));
  function copyLine(command) {
    const button = el("button", { type: "button", text: "Copy", on: { click: async () => {
      try {
        await navigator.clipboard.writeText(command);
        setText(button, "Copied");
      } catch (error) { // not over plain http from another machine
        getSelection().selectAllChildren(code);
        setText(button, "Selected");
      }
      setTimeout(() => setText(button, "Copy"), 2000);
    } } });
    const code = el("code", { text: command });
    return el("div", { class: "copy" }, code, button);
  }

  /* ---------- controls ---------- */
  function choose(name) {
    filter = name;
    limit = SHOWN;
    for (const button of document.querySelectorAll("[data-filter]")) button.setAttribute("aria-pressed", String(button.dataset.filter === name));
    const found = draw();
    say(found + (found === 1 ? " entry" : " entries"));
  }
  function pause() {
    paused = !paused;
    $("pause").setAttribute("aria-pressed", String(paused));
    setText($("pause"), paused ? "Go on" : "Pause");
    if ($("status").dataset.state !== "lost") live();
    if (!paused) draw();
  }
  function move(step) {
    const opens = [...list.querySelectorAll(".open")];
    if (!opens.length) return;
    const here = opens.findIndex((open) => open.closest(".row").contains(document.activeElement));
    const next = opens[here < 0 ? (step > 0 ? 0 : opens.length - 1) : Math.min(opens.length - 1, Math.max(0, here + step))];
    next.focus();
    next.closest(".row").scrollIntoView({ block: "nearest" });
  }
  const focusedEntry = () => detail.open ? looked : entries.get(Number(document.activeElement?.closest?.(".row")?.dataset.seq));

  for (const button of document.querySelectorAll("[data-filter]")) button.addEventListener("click", () => choose(button.dataset.filter));
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  for (const dialog of [detail, keys]) dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  detail.addEventListener("close", () => { looked = null; });
  for (const button of document.querySelectorAll("[data-mix]")) button.addEventListener("click", () => {
    mixBy = button.dataset.mix;
    for (const other of document.querySelectorAll("[data-mix]")) other.setAttribute("aria-pressed", String(other === button));
    mix();
  });
  $("pause").addEventListener("click", pause);
  $("help").addEventListener("click", () => keys.showModal());
  $("more").addEventListener("click", () => { limit += SHOWN; draw(); });
  $("fresh").addEventListener("click", () => { document.activeElement?.blur(); window.scrollTo({ top: 0 }); draw(); });
  search.addEventListener("input", () => { text = search.value.trim().toLowerCase(); limit = SHOWN; draw(); });
  window.addEventListener("scroll", () => { if (waiting && !held()) draw(); }, { passive: true });
  list.addEventListener("focusout", () => { if (waiting) later(); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; text = ""; search.blur(); draw(); }
      else if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); move(1); }
      return;
    }
    if (event.key === "v") return void toggleVeil(focusedEntry());
    if (detail.open || keys.open) return;
    const act = {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
      "/": () => { search.focus(); search.select(); }, p: pause, "?": () => keys.showModal(),
      Escape: () => document.activeElement?.blur(),
      1: () => choose("all"), 2: () => choose("flagged"), 3: () => choose("block"), 4: () => choose("review"), 5: () => choose("dead"),
    }[event.key];
    // Arrows scroll the page as ever, unless the list has the focus.
    if (!act || (event.key.startsWith("Arrow") && !list.contains(document.activeElement))) return;
    event.preventDefault();
    act();
  });

  connect();
})();
