// A drawing is hundreds of elements: each is made when it comes near, all of them for a printer.
// Without scripts a browser shows what stands in <noscript> by itself.
const draw = (plot) => {
  const source = plot.querySelector("noscript");
  if (source) plot.innerHTML = source.textContent;
};
const plots = [...document.querySelectorAll(".plot")];
const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => {
    near.unobserve(one.target);
    draw(one.target);
  }),
  { rootMargin: "800px" },
);
plots.forEach((plot) => near.observe(plot));
addEventListener("beforeprint", () => plots.forEach(draw));

const form = document.querySelector("form");
if (form) {
  const rows = [...document.querySelectorAll("tbody tr")];
  const cards = rows.map((row) => document.getElementById(row.dataset.card));
  const groups = [...document.querySelectorAll(".group")];
  const count = document.getElementById("shown");
  const show = () => {
    const wanted = [...form.querySelectorAll("select")].filter((one) => one.value !== "");
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = wanted.every((one) => row.getAttribute("data-" + one.name) === one.value);
      row.hidden = cards[index].hidden = !fits;
      shown += fits;
    });
    for (const group of groups) {
      group.hidden = !group.querySelector("article:not([hidden])");
    }
    count.textContent = `${shown} of ${rows.length} shown`;
  };
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  // A browser may bring back what was chosen before the page was loaded anew.
  show();
}
