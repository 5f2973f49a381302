// Keeps a page up to date: when the journal grew, the parts marked data-levend are asked for again and put in place.
// Without this script everything works; a page is then as it was when it was asked for.
(() => {
  "use strict";
  if (!window.EventSource || !document.querySelector("[data-levend]")) return;
  let shown = Number(document.body.dataset.stand || 0);
  // Between two times that a page is asked for: a busy Sluis is not asked at each message.
  const rest = 4000;
  let busy = false;
  let newest = shown;

  const said = (text) => {
    const place = document.getElementById("bijgewerkt");
    if (place) place.textContent = text;
  };

  const refresh = async () => {
    if (busy || document.hidden || newest <= shown) return;
    busy = true;
    const asked = newest;
    try {
      const address = new URL(location.href);
      address.searchParams.delete("gedaan");
      // The header says that no person did this: the session does not last longer for it.
      const answer = await fetch(address, { headers: { "Sluis-Deel": "ja" }, credentials: "same-origin" });
      if (answer.redirected || answer.status === 401) return location.reload();
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const old of document.querySelectorAll("[data-levend]")) {
        const fresh = page.getElementById(old.id);
        // What somebody is reading by keyboard stays under their hands.
        if (!fresh || old.contains(document.activeElement)) continue;
        for (const open of old.querySelectorAll("details[open][id]")) {
          const same = fresh.querySelector("#" + CSS.escape(open.id));
          if (same) same.open = true;
        }
        old.replaceChildren(...document.importNode(fresh, true).childNodes);
      }
      shown = asked;
      const place = document.getElementById("bijgewerkt");
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      if (place) said(place.dataset.tekst + " " + time);
    } finally {
      setTimeout(() => {
        busy = false;
        refresh();
      }, rest);
    }
  };

  const stream = new EventSource("/stroom");
  stream.addEventListener("stand", (event) => {
    newest = Math.max(newest, Number(event.data) || 0);
    refresh();
  });
  document.addEventListener("visibilitychange", refresh);
  addEventListener("pagehide", () => stream.close());
})();
