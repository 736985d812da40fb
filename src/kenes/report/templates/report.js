"use strict";
(() => {
  const told = document.documentElement.dataset;
  const plots = [...document.querySelectorAll(".plot")];
  const drawn = plots.map((plot) => {
    const spec = JSON.parse(document.getElementById(plot.dataset.spec).textContent);
    return Plotly.newPlot(plot, spec.data, spec.layout, { responsive: true, displayModeBar: false, doubleClick: false });
  });
  Promise.all(drawn).then(() => { told.drawn = "yes"; }, () => { told.drawn = "no"; });
  const fit = () => plots.forEach((plot) => Plotly.Plots.resize(plot));
  window.addEventListener("beforeprint", fit);
  window.addEventListener("afterprint", fit);
})();
