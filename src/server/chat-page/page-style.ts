/** Light and dark follow the system; nothing is fetched from elsewhere. */
export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfbfa, #16181b);
  --side: light-dark(#f3f3f1, #1b1e22);
  --card: light-dark(#ffffff, #1f2328);
  --line: light-dark(#e2e2de, #31363d);
  --text: light-dark(#1e2126, #e7e9ec);
  --quiet: light-dark(#5f6670, #9aa3ad);
  --accent: light-dark(#2f5f93, #7fb0e3);
  --on-accent: light-dark(#ffffff, #10151b);
  --bubble: light-dark(#e6eef7, #26364a);
  --code: light-dark(#f2f2ef, #15181b);
  --good: light-dark(#23774a, #62c08e);
  --warn: light-dark(#9a6300, #e3b04b);
  --bad: light-dark(#b3261e, #f2938c);
  --ask: light-dark(#fff8e8, #2c2719);
  --ask-line: light-dark(#ecd9a8, #57491f);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body { display: grid; grid-template-columns: 17.5rem minmax(0, 1fr); background: var(--ground); color: var(--text); }
h1, h2, h3, p, ul { margin: 0; padding: 0; }
button, select, textarea, input { font: inherit; color: inherit; }
button { cursor: pointer; border: 1px solid var(--line); background: var(--card); border-radius: 0.6rem; padding: 0.45rem 0.9rem; min-height: 2.5rem; }
button:hover:not(:disabled) { border-color: var(--accent); }
button:disabled, fieldset:disabled button { cursor: default; opacity: 0.55; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.danger { color: var(--bad); }
.quiet { color: var(--quiet); }
.quiet-button { background: none; border-color: transparent; color: var(--quiet); padding: 0.3rem 0.6rem; }
.icon-button { background: none; border-color: transparent; padding: 0; min-width: 2.5rem; font-size: 1.1rem; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.error-text { color: var(--bad); }
code, pre, .editor { font: 0.875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }

#side { display: flex; flex-direction: column; gap: 0.75rem; height: 100dvh; padding: 1rem 0.75rem; background: var(--side); border-right: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: 0.55rem; padding: 0 0.5rem; font-weight: 650; font-size: 1.05rem; }
.new { font-weight: 550; }
nav { flex: 1; min-height: 0; overflow-y: auto; margin: 0 -0.25rem; padding: 0.15rem 0.25rem; }
nav ul { list-style: none; display: grid; gap: 0.15rem; }
.entry { display: grid; width: 100%; text-align: left; background: none; border-color: transparent; padding: 0.45rem 0.65rem; }
.entry:hover:not(:disabled) { background: var(--card); border-color: transparent; }
.entry[aria-current] { background: var(--card); border-color: var(--line); }
.entry-title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 0.94rem; }
.entry-meta { color: var(--quiet); font-size: 0.78rem; }
.empty { padding: 0.5rem 0.65rem; font-size: 0.9rem; }

main { display: grid; grid-template-rows: auto auto minmax(0, 1fr) auto; grid-template-columns: minmax(0, 1fr); height: 100dvh; }
header { grid-row: 1; display: flex; align-items: center; gap: 0.75rem; padding: 0.6rem 1.25rem; border-bottom: 1px solid var(--line); min-height: 3.6rem; }
.heading { flex: 1; min-width: 0; display: flex; align-items: baseline; gap: 0.6rem; }
h1 { font-size: 1rem; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#agent-name { font-size: 0.85rem; white-space: nowrap; }
#menu { display: none; }
.connection { display: flex; align-items: center; gap: 0.45rem; font-size: 0.82rem; color: var(--quiet); white-space: nowrap; font-variant-numeric: tabular-nums; }
.light { width: 0.55rem; height: 0.55rem; border-radius: 50%; background: var(--line); }
.open .light { background: var(--good); }
.waiting .light { background: var(--warn); animation: breathe 1.2s ease-in-out infinite; }
.connection.waiting { color: var(--warn); }
.offline .light { background: var(--bad); }
.connection.offline { color: var(--bad); }
#notice { grid-row: 2; display: flex; align-items: center; gap: 0.75rem; margin: 0.75rem 1.25rem 0; padding: 0.35rem 0.35rem 0.35rem 0.9rem; border: 1px solid var(--bad); border-radius: 0.6rem; background: var(--card); }
#notice p { flex: 1; overflow-wrap: anywhere; }

#scroll { grid-row: 3; overflow-y: auto; overscroll-behavior: contain; outline: none; padding: 1.5rem 1.25rem 2rem; }
#runs, #start { max-width: 46rem; margin: 0 auto; }
#runs { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.75rem; }
#start { display: grid; justify-items: center; gap: 0.9rem; padding-top: max(2rem, 14vh); text-align: center; }
#start h2 { font-size: 1.5rem; font-weight: 650; letter-spacing: -0.01em; }
#start p { max-width: 30rem; }
#agent-row { display: flex; align-items: center; gap: 0.6rem; margin-top: 0.6rem; }
select { border: 1px solid var(--line); border-radius: 0.6rem; background: var(--card); padding: 0.45rem 0.6rem; min-height: 2.5rem; max-width: 100%; }
.earlier { justify-self: center; }

.run, .parts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.85rem; }
.bubble { justify-self: end; max-width: 85%; padding: 0.6rem 0.95rem; border-radius: 1.1rem 1.1rem 0.3rem 1.1rem; background: var(--bubble); white-space: pre-wrap; overflow-wrap: anywhere; }
.coming { opacity: 0.6; border: 1px dashed var(--line); }
.note { color: var(--quiet); font-size: 0.9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.answer { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; }
.answer p { white-space: pre-wrap; overflow-wrap: anywhere; }
.answer p code { background: var(--code); border: 1px solid var(--line); border-radius: 0.3rem; padding: 0.05em 0.3em; }
pre { margin: 0; padding: 0.75rem 0.9rem; overflow-x: auto; background: var(--code); border: 1px solid var(--line); border-radius: 0.6rem; max-height: 24rem; }
pre code { font: inherit; }
.status { display: flex; align-items: center; gap: 0.5rem; color: var(--quiet); font-size: 0.88rem; overflow-wrap: anywhere; }
.status.failure { color: var(--bad); }
.status.working::after { content: ""; width: 1.4rem; height: 0.4rem; background: radial-gradient(circle closest-side, currentColor 90%, transparent) 0 / 33.300% 100%; clip-path: inset(0 66% 0 0); animation: dots 1.2s steps(3, jump-none) infinite; }

.tool { border: 1px solid var(--line); border-radius: 0.7rem; background: var(--card); }
.inner { margin-left: 1.5rem; }
summary { display: flex; align-items: center; gap: 0.6rem; padding: 0.5rem 0.85rem; cursor: pointer; border-radius: 0.7rem; list-style: none; font-size: 0.9rem; min-width: 0; }
summary::-webkit-details-marker { display: none; }
summary::after { content: "›"; margin-left: auto; color: var(--quiet); transition: rotate 0.15s; }
[open] > summary::after { rotate: 90deg; }
.tool-name { font-weight: 550; overflow-wrap: anywhere; }
.tool-body { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; padding: 0.25rem 0.85rem 0.85rem; }
.mark { flex: none; width: 0.6rem; height: 0.6rem; border-radius: 50%; background: var(--line); }
.mark.called { background: var(--warn); animation: breathe 1.2s ease-in-out infinite; }
.mark.returned { background: var(--good); }
.mark.failed { background: var(--bad); }
.mark.doubt { background: var(--warn); }
.json pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.json { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; }
.label { color: var(--quiet); font-size: 0.78rem; }

.ask { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; margin-top: 0.25rem; padding: 1rem 1.1rem 1.1rem; border: 1px solid var(--ask-line); border-radius: 0.9rem; background: var(--ask); }
.ask h3 { font-size: 1rem; overflow-wrap: anywhere; }
.ask p { overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: 0.6rem; border: 0; margin: 0; padding: 0; }
.editor, #token { width: 100%; padding: 0.6rem 0.8rem; border: 1px solid var(--line); border-radius: 0.6rem; background: var(--card); }
.editor { resize: vertical; display: block; }

#composer { grid-row: 4; width: 100%; max-width: 48.500rem; margin: 0 auto; padding: 0.25rem 1.25rem max(1rem, env(safe-area-inset-bottom)); display: grid; gap: 0.5rem; }
#busy { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem 0.5rem; font-size: 0.86rem; color: var(--quiet); }
#busy select { min-height: 2rem; padding: 0.15rem 0.4rem; color: var(--text); }
#stop { margin-left: auto; color: var(--bad); }
.row { display: flex; align-items: flex-end; gap: 0.5rem; padding: 0.4rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); box-shadow: 0 1px 6px rgb(0 0 0 / 6%); }
.row:focus-within { border-color: var(--accent); }
#message { flex: 1; min-width: 0; border: 0; outline: 0; background: none; resize: none; padding: 0.45rem 0.6rem; max-height: 15rem; }
#message::placeholder { color: var(--quiet); }
#send { border-radius: 0.75rem; }

dialog { max-width: min(26rem, calc(100vw - 2rem)); border: 1px solid var(--line); border-radius: 1rem; padding: 1.5rem; background: var(--card); color: var(--text); }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
#gate-form { display: grid; gap: 0.8rem; }
#gate h2 { font-size: 1.15rem; }

@keyframes breathe { 50% { opacity: 0.35; } }
@keyframes dots { to { clip-path: inset(0 -10% 0 0); } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
@media (max-width: 46rem) {
  body { grid-template-columns: minmax(0, 1fr); }
  #side { position: fixed; inset: 0 auto 0 0; z-index: 2; width: min(20rem, 86vw); translate: -100%; visibility: hidden; transition: translate 0.2s, visibility 0.2s; }
  #side.open { translate: 0; visibility: visible; transition: translate 0.2s; }
  #shade { position: fixed; inset: 0; z-index: 1; background: rgb(0 0 0 / 40%); }
  #menu { display: block; }
  header { padding: 0.5rem 0.75rem; gap: 0.4rem; }
  .heading { display: grid; gap: 0; }
  .idle #connection-text, .open #connection-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  #erase { font-size: 0.88rem; }
  #busy label { flex: 1 0 100%; }
  #agent-name { line-height: 1.2; }
  #scroll { padding: 1rem 1rem 1.5rem; }
  #composer { padding: 0.25rem 0.75rem max(0.75rem, env(safe-area-inset-bottom)); }
  .actions button { flex: 1 1 auto; }
}
`;
