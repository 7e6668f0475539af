/* Before a session ends, a dialog says so, and any key keeps it. The server is asked first, which prolongs nothing:
   another tab may be in use. Used on our pages and in the editing area. */
"use strict";

(() => {
  const dialog = document.getElementById("session-end");
  if (!dialog) return;
  const { ask, stay, warning, ends, lasts, over } = dialog.dataset;
  const words = dialog.querySelector("[data-words]");
  const button = dialog.querySelector("button");
  const instead = document.querySelector("[data-instead]"); /* the sentence for where no script can warn */
  let timer;

  if (instead) instead.hidden = true;

  const after = (seconds, run) => { clearTimeout(timer); timer = setTimeout(run, Math.max(seconds, 1) * 1000); };
  const answer = async (address) => (await fetch(address, { headers: { Accept: "application/json" } })).json();
  const show = (text) => {
    words.textContent = text;
    if (!dialog.open) dialog.showModal();
    button.focus();
  };
  const look = async () => {
    try {
      const { left, stays } = await answer(ask);
      if (left <= 0) show(over);
      else if (left > warning) { dialog.close(); after(left - warning, look); }
      else { show(stays ? ends : lasts); after(left, look); }
    } catch {
      after(30, look); /* the network is away: that is no sign of anything */
    }
  };
  const keep = async () => {
    dialog.close();
    try { await answer(stay); } catch { /* look says what came of it */ }
    if (words.textContent === ends) look();
  };

  button.addEventListener("click", keep);
  dialog.addEventListener("keydown", (event) => {
    if (["Tab", "Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    keep();
  });
  after(Number(dialog.dataset.left) - warning, look);
})();
