// A picture as large as the window; arrows and a wipe go among those of the same card. Without this the link shows the picture.

const box = document.querySelector("#lightbox");
const within = (what) => box.querySelector(what);
const number = (count) => new Intl.NumberFormat(document.documentElement.lang).format(count);
let links = [];
let shown = 0;

function show(which) {
  shown = (which + links.length) % links.length;
  const small = links[shown].querySelector("img");
  const large = new Image(small.getAttribute("width"), small.getAttribute("height"));
  const words = small.alt || links[shown].getAttribute("aria-label");
  large.alt = words;
  large.src = links[shown].href;
  within("[data-large]").replaceChildren(large);
  within("[data-shows]").textContent = small.alt;
  const place = `${number(shown + 1)} / ${number(links.length)}`;
  within("[data-which]").textContent = place;
  within("[data-moved]").textContent = box.open ? `${place}: ${words}` : "";
  for (const each of box.querySelectorAll("[data-by], [data-which]")) each.hidden = links.length < 2;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-pictures] > a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  links = [...link.parentElement.children];
  show(links.indexOf(link));
  link.focus(); // where the focus comes back to: some browsers give none to a link that is clicked
  box.showModal();
  within("[data-close]").focus();
});
box.addEventListener("click", (event) => {
  const button = event.target.closest("[data-by]");
  if (button) show(shown + Number(button.dataset.by));
  else if (event.target.matches("#lightbox, [data-large]")) box.close();
});
const onward = () => (document.dir === "rtl" ? -1 : 1);
box.addEventListener("keydown", (event) => {
  const by = { ArrowRight: onward(), ArrowLeft: -onward() }[event.key];
  if (!by || links.length < 2) return;
  event.preventDefault();
  show(shown + by);
});

// One finger wipes to the next; two make it larger, which is the browser's.
let began = null;
box.addEventListener("touchstart", (event) => { began = event.touches.length === 1 ? event.touches[0].clientX : null; }, { passive: true });
box.addEventListener("touchend", (event) => {
  const far = began === null ? 0 : event.changedTouches[0].clientX - began;
  began = null;
  if (Math.abs(far) > 50 && links.length > 1) show(shown - Math.sign(far) * onward());
});
