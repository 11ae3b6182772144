"use strict";
// Draws every chart of the page. Colours are CSS variables, so light, dark and print need no second drawing.
(async () => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const text = { labelColor: "var(--soft)", titleColor: "var(--soft)", titleFontWeight: "normal", labelFontSize: 11, titleFontSize: 12 };
  const config = {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: { ...text, gridColor: "var(--line)", domainColor: "var(--line)", tickColor: "var(--line)" },
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
  // Tables that scroll must be reachable by keyboard; printing shows what is folded.
  for (const wide of document.querySelectorAll(".wide")) wide.tabIndex = 0;
  const folded = () => document.querySelectorAll("details:not([open])");
  addEventListener("beforeprint", () => { for (const one of folded()) { one.open = true; one.dataset.printed = ""; } });
  addEventListener("afterprint", () => { for (const one of document.querySelectorAll("[data-printed]")) { one.open = false; delete one.dataset.printed; } });
  document.documentElement.dataset.charts = `${document.querySelectorAll(".chart svg").length} drawn, ${failed} failed`;
})();
