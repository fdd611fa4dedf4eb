// Runs before the first paint, so that a dark page never flashes white. No inline script: the policy forbids it.
(function () {
  var chosen = null;
  try {
    chosen = localStorage.getItem('lantai-console-theme');
  } catch (_) {
    // Storage may be switched off; the system's choice stands then.
  }
  var dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.classList.toggle('dark', dark);
})();
