/* Security keys and passkeys: asks the browser for one and sends what it answers. Only on pages that need it. */
"use strict";

document.querySelectorAll("form[data-key]").forEach((form) => {
  const said = form.querySelector("[data-key-said]");
  const button = form.querySelector("[data-key-button]");
  const { creation_options: create, request_options: get } = JSON.parse(document.getElementById("js_data").textContent);
  const say = (what) => { said.hidden = false; said.textContent = said.dataset[what]; };
  button.hidden = false;
  if (!webauthnJSON.supported()) say("unsupported");
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      const answer = form.dataset.key === "create" ? await webauthnJSON.create(create) : await webauthnJSON.get(get);
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch {
      say("failed");
    }
  });
});
