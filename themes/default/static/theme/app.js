/* The one script. Everything works without it: it saves answers as they are given, moves the focus to what is wrong,
   closes menus, opens dialogs, moves the rows of an order and prints. */
"use strict";

(() => {
  const each = (selector, run, root = document) => root.querySelectorAll(selector).forEach(run);

  /* What is wrong takes the focus, else what the address points at, else what the last action did. */
  const wrong = document.querySelector(".error-summary");
  const said = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  else if (said && !document.getElementById(location.hash.slice(1))) said.focus();

  /* A table is a stop for the keyboard where it scrolls, and only there. */
  const stops = () => each(".table-scroll", (box) => {
    const caption = box.querySelector("caption");
    const scrolls = box.scrollWidth > box.clientWidth;
    for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", caption ? caption.textContent : ""]]) {
      if (scrolls && value) box.setAttribute(name, value); else box.removeAttribute(name);
    }
  });
  stops();
  addEventListener("resize", stops);

  /* Buttons only a script can serve are shown only where it runs. */
  each("[data-does]", (button) => {
    const [what, id] = button.dataset.does.split(":");
    button.hidden = false;
    button.addEventListener("click", () => {
      if (what === "print") window.print();
      if (what === "dialog") document.getElementById(id).showModal();
      if (what === "close") button.closest("dialog").close();
    });
  });

  /* Menus close with Escape, when another opens, and when one clicks or tabs away. */
  const menus = [...document.querySelectorAll("[data-menu]")];
  const closeMenus = (except) => menus.forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("[data-menu]")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("[data-menu]")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && menus.find((each) => each.open);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  /* The rows of an order stand as their places say, and buttons move them; the places are what is sent. */
  each("[data-movable]", (list) => {
    const rows = () => [...list.querySelectorAll(".row")];
    const place = (row) => Number(row.querySelector("select").value) || Infinity;
    const number = () => rows().forEach((row, at) => { row.querySelector("select").value = String(at + 1); });
    const ordered = () => { /* by their places, once all have one */
      const sorted = rows().sort((one, other) => place(one) - place(other));
      return sorted.every((row) => place(row) < Infinity) ? sorted : rows();
    };
    const sort = () => rows()[0].before(...ordered());
    const ends = () => ordered().forEach((row, at, all) => {
      row.querySelector("[data-move=up]").disabled = at === 0;
      row.querySelector("[data-move=down]").disabled = at === all.length - 1;
    });
    each(".row-moves", (moves) => { moves.hidden = false; }, list);
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      const row = button.closest(".row");
      const up = button.dataset.move === "up";
      sort();
      const other = rows()[rows().indexOf(row) + (up ? -1 : 1)];
      if (up) other.before(row); else other.after(row);
      number();
      ends();
      (button.disabled ? row.querySelector("[data-move]:not(:disabled)") : button).focus();
      const status = list.querySelector("[data-said]");
      const all = rows();
      status.textContent = status.dataset.said.replace("{place}", all.indexOf(row) + 1).replace("{total}", all.length);
      row.querySelector("select").dispatchEvent(new Event("change", { bubbles: true }));
    });
    list.addEventListener("change", ends);
    sort();
    ends();
  });

  /* A form that would be lost on a broken line asks first whether the site can be reached; if not, it says so and keeps
     what was chosen. */
  each("form[data-reach]", (form) => {
    const status = form.querySelector("[data-reach-status]");
    const say = (text, state) => { status.textContent = text; status.dataset.state = state; };
    let reached = false;
    let asking = false; /* a second press meanwhile is the same one */
    form.addEventListener("submit", async (event) => {
      if (reached) return;
      event.preventDefault();
      if (asking) return;
      asking = true;
      try {
        await fetch(form.dataset.reach, { headers: { Accept: "application/json" } });
        reached = true;
        form.requestSubmit(event.submitter);
      } catch {
        say(status.dataset.failed, "failed");
      }
      asking = false;
    });
    addEventListener("pageshow", () => { reached = false; });
  });

  /* Answers are saved as they are given, one request at a time and always the latest state. */
  each("form[data-autosave]", (form) => {
    const status = form.querySelector("[data-autosave-status]");
    const say = (state) => {
      if (!status) return;
      status.textContent = status.dataset[state];
      status.dataset.state = state;
    };
    let sending = false;
    let again = false;
    let turn = 0; /* a request that was overtaken must not win */
    const save = async () => {
      if (sending) { again = true; return; }
      sending = true;
      say("saving");
      const body = new FormData(form);
      body.append("autosave", "1");
      body.append("turn", String(++turn));
      try {
        const address = form.dataset.autosave || form.getAttribute("action") || location.href;
        const answer = await fetch(address, { method: "POST", body, keepalive: true });
        const code = answer.redirected ? 403 : answer.status; /* to sign in again: the session is over */
        say({ 202: "part", 403: "gone", 409: "gone" }[code] || (answer.ok ? "saved" : "failed"));
      } catch {
        say("failed");
      }
      sending = false;
      if (again) { again = false; save(); }
    };
    const hide = (name, value) => {
      const mark = document.createElement("input");
      Object.assign(mark, { type: "hidden", name, value });
      form.append(mark);
    };
    /* A box that was ticked and cleared again sends nothing: this says that its question was touched. */
    form.addEventListener("change", (event) => {
      if (event.target.type !== "radio") hide("touched", event.target.name.split(".")[0]);
      save();
    });
    form.addEventListener("submit", () => hide("turn", String(++turn)));
  });
})();
