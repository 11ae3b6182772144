"use strict";
// Draws every chart of the page. Colours are CSS variables, so light, dark and print need no second drawing.
(async () => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const text = { labelColor: "var(--soft)", titleColor: "var(--soft)", titleFontWeight: "normal", labelFontSize: 11, titleFontSize: 11 };
  const config = {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { ...text, gridColor: "var(--line)", gridOpacity: 0.7, domainColor: "var(--line)", tickColor: "var(--line)" },
    axisY: { domain: false, ticks: false, titleAnchor: "end" },
    axisX: { grid: false },
    legend: { ...text, labelLimit: 300 },
  };
  let failed = 0;
  for (const place of document.querySelectorAll("[data-chart]")) {
    const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", config, ...specs[Number(place.dataset.chart)] };
    try {
      // ast: expressions are interpreted, so that the page's policy can forbid eval.
      await vegaEmbed(place, spec, { actions: false, renderer: "svg", ast: true });
    } catch (error) {
      failed += 1;
      place.textContent = "This chart could not be drawn; its numbers are in the table below.";
      console.error(error);
    }
  }
  // A table that scrolls must be reachable by keyboard, one that fits must not be a stop.
  const reachable = () => {
    for (const wide of document.querySelectorAll(".wide")) {
      if (wide.scrollWidth > wide.clientWidth) wide.setAttribute("tabindex", "0");
      else wide.removeAttribute("tabindex");
    }
  };
  reachable();
  addEventListener("resize", reachable);
  for (const one of document.querySelectorAll("details")) one.addEventListener("toggle", reachable);
  // Printing shows what is folded.
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) { one.open = true; one.dataset.printed = ""; }
  });
  addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("[data-printed]")) { one.open = false; delete one.dataset.printed; }
  });
  document.documentElement.dataset.charts = `${document.querySelectorAll(".chart svg").length} drawn, ${failed} failed`;
})();
