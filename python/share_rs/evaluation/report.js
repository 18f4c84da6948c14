"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const dialog = document.getElementById("panel");
const body = document.getElementById("panel-body");

// Candidates are hostile: their text reaches the page through textContent only.
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function folded(title, content, open) {
  const details = element("details");
  details.open = open;
  details.append(element("summary", "", title), content);
  return details;
}

function lineClass(line, number) {
  if (number < 2) return "file";
  return { "+": "added", "-": "removed", "@": "hunk" }[line[0]] ?? "same";
}

function diff(text) {
  const shown = element("pre", "diff");
  text.split("\n").forEach((line, number) => shown.append(element("span", lineClass(line, number), line + "\n")));
  return shown;
}

function attempt(record, open) {
  const shown = element("article", "attempt");
  const heading = element("h3");
  heading.append(element("span", `mark ${record.state}`, data.symbols[record.state]), ` ${record.outcome}`);
  if (record.codes.length) heading.append(" ", element("code", "", record.codes.join(" ")));
  const round = record.attempt ? `round ${record.attempt}, candidate ${record.sample}` : "the broken program";
  const stage = record.stage ? `, stage ${record.stage}` : "";
  const skill = record.skill === null ? "" : `, skill ${record.skill}`;
  const cut = record.cut ? ", the answer was cut" : "";
  const facts = `${record.arm}: repeat ${record.repeat}, ${round}, seed ${record.seed}${stage}${skill}${cut}`;
  shown.append(heading, element("p", "facts", facts));
  if (record.detail) shown.append(element("p", "detail", record.detail));
  const changes = data.texts[record.diff];
  if (changes) shown.append(folded("Diff from the broken program", diff(changes), open));
  else shown.append(element("p", "detail", "The candidate is the broken program, unchanged."));
  if (record.diagnostics !== null)
    shown.append(folded("What rustc said", element("pre", "", data.texts[record.diagnostics]), open));
  return shown;
}

function show(button) {
  const panel = data.panels[button.dataset.panel];
  const [koan, ...arm] = button.dataset.panel.split("/");
  document.getElementById("panel-title").textContent = `${koan}, ${arm.join("/")}: ${button.dataset.title}`;
  body.replaceChildren(...panel.attempts.map((record) => attempt(record, panel.attempts.length <= 4)));
  if (!panel.attempts.length) body.append(element("p", "detail", "This arm proposed nothing for this koan."));
  panel.notes.forEach((note) => body.append(element("p", "detail", `${note}.`)));
  if (panel.more) body.append(element("p", "detail", `${panel.more} more candidates stand in records.jsonl.`));
  dialog.showModal();
  body.scrollTop = 0;
}

document.querySelectorAll("button[data-panel]").forEach((button) => button.addEventListener("click", () => show(button)));
document.getElementById("panel-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
