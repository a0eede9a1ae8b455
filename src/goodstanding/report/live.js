// Sets the drawn charts alive: the same specifications, read from the page, and nothing from outside it.
for (const given of document.querySelectorAll("script[data-chart]")) {
  const place = document.getElementById(given.dataset.chart);
  const said = place.querySelector("svg").getAttribute("aria-label");
  const live = document.createElement("div");
  vegaEmbed(live, JSON.parse(given.textContent), {
    actions: false, ast: true, renderer: "svg", config: { mark: { tooltip: true } },
  }).then(() => {
    const drawn = live.querySelector("svg");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", said);
    place.replaceChildren(live);
  });
}
