/** @param modules addresses of the page's scripts, the entry first; they are fetched at once, not one after the other */
export function pageDocument(modules: readonly string[]): string {
  const [entry = "", ...rest] = modules;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Aegis</title>
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="/chat/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/chat/page.css">
${rest.map((address) => `<link rel="modulepreload" href="${address}">`).join("\n")}
<script type="module" src="${entry}"></script>
</head>
<body>
<aside id="side" aria-label="Conversations">
  <div class="brand"><img src="/chat/icon.svg" alt="" width="24" height="24"> Aegis</div>
  <button type="button" id="new" class="new">New conversation</button>
  <nav aria-label="Your conversations"><ul id="sessions"></ul></nav>
  <button type="button" id="forget" class="quiet-button" hidden>Forget the key</button>
</aside>
<div id="shade" hidden></div>
<main>
  <header>
    <button type="button" id="menu" class="icon-button" aria-label="Conversations" aria-controls="side" aria-expanded="false"><span aria-hidden="true">☰</span></button>
    <div class="heading"><h1 id="title">New conversation</h1><span id="agent-name" class="quiet"></span></div>
    <div id="connection" class="connection idle"><span class="light" aria-hidden="true"></span><span id="connection-text">Ready</span></div>
    <button type="button" id="erase" class="quiet-button" hidden>Delete</button>
  </header>
  <div id="notice" role="alert" hidden><p id="notice-text"></p><button type="button" id="notice-close" class="icon-button" aria-label="Close"><span aria-hidden="true">✕</span></button></div>
  <div id="scroll" tabindex="-1">
    <section id="start" hidden>
      <img src="/chat/icon.svg" alt="" width="48" height="48">
      <h2>Try an agent</h2>
      <p class="quiet">Everything it does is kept: close the page or lose the connection, and it goes on where it was.</p>
      <p id="agent-row"><label for="agent">Agent</label><select id="agent"></select></p>
      <p id="no-agents" hidden>There is no agent yet. Put one into <code>agents/</code>, name it in <code>aegis.config.ts</code>, and start the server again.</p>
    </section>
    <div id="runs" aria-label="Conversation" role="group"></div>
  </div>
  <form id="composer">
    <div id="busy" hidden>
      <label for="when-busy">It has not finished. Your message</label>
      <select id="when-busy">
        <option value="queue">waits for its turn</option>
        <option value="steer">joins the work under way</option>
        <option value="interrupt">stops it and comes first</option>
      </select>
      <button type="button" id="stop" class="quiet-button">Stop</button>
    </div>
    <div class="row">
      <label for="message" class="heard">Message</label>
      <textarea id="message" rows="1" placeholder="Write a message" autocomplete="off"></textarea>
      <button type="submit" id="send" class="primary">Send</button>
    </div>
  </form>
</main>
<div id="spoken" class="heard" aria-live="polite"></div>
${GATE}
<noscript><p>This page needs JavaScript. The same server answers programs under <code>/v1</code>.</p></noscript>
</body>
</html>
`;
}

const GATE = `<dialog id="gate" aria-labelledby="gate-title">
  <form id="gate-form">
    <h2 id="gate-title">This server asks who you are</h2>
    <p>Give an API key. <code>aegis key create</code> makes one; it is kept in this tab only.</p>
    <p id="gate-problem" class="error-text" hidden>The key was not taken. Check that it is whole and has not ended.</p>
    <label for="token">API key</label>
    <input id="token" type="password" autocomplete="off" required>
    <button type="submit" class="primary">Go on</button>
  </form>
</dialog>`;

export const PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#3b6ea5" d="M16 2 4 6.5v9C4 23 9 28 16 30c7-2 12-7 12-14.500v-9z"/><path fill="none" stroke="#fff" stroke-width="2.600" stroke-linecap="round" stroke-linejoin="round" d="m10.500 16.500 4 4 7.500-8.500"/></svg>
`;
