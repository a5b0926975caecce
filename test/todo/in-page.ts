// Programs for the browser, as text: the compiler of these tests knows Node's world, not the page's.

/** Nothing of the page lies beyond the right edge. */
export const scrollsSideways = 'document.documentElement.scrollWidth > innerWidth';

/** Adds up how far things jump while the page loads; `layoutShift` reads the sum. */
export const watchLayoutShift = `new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) sessionStorage.setItem('shift', String(Number(sessionStorage.getItem('shift') ?? 0) + entry.value));
}).observe({ type: 'layout-shift', buffered: true })`;
export const layoutShift = `Number(sessionStorage.getItem('shift') ?? 0)`;

export const workerReady = 'navigator.serviceWorker.ready.then(() => undefined)';
export const comeBackToPage = `dispatchEvent(new Event('focus'))`;

/** Milliseconds of each of 90 frames while the list is scrolled, in ascending order. */
export const scrollFrames = `(async () => {
  const scroller = document.querySelector('.scroller');
  const times = [];
  for (let frame = 0, last = performance.now(); frame < 90; frame++) {
    scroller.scrollTop += 400;
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    times.push(now - last);
    last = now;
  }
  return times.sort((a, b) => a - b);
})()`;

const painted = 'new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))';

/** Milliseconds from the click on an open todo's box until it is painted. */
export const tickOne = `(async () => {
  const box = [...document.querySelectorAll('li.row input[type=checkbox]')].find((candidate) => !candidate.checked);
  const began = performance.now();
  box.click();
  await ${painted};
  return performance.now() - began;
})()`;

/** Milliseconds from words in the search field until what was found is painted. */
export const searchFor = (words: string) => `(async () => {
  const search = document.querySelector('#search');
  const began = performance.now();
  search.value = ${JSON.stringify(words)};
  search.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await ${painted};
  return performance.now() - began;
})()`;
