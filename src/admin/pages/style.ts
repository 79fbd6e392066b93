/** The stylesheet of the pages, served by us; light and dark as the browser says. */

export const STYLE_PATH = '/assets/page.css';

export const STYLE = `
:root { color-scheme: light dark; --text: #1c2430; --dim: #5d6878; --line: #d9dee6; --page: #f5f6f8; --card: #fff;
  --edge: #76818f;
  --act: #1f5fbf; --good: #1a7f4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ef; --dim: #9aa5b5; --line: #343b47; --page: #14171c; --card: #1d2128;
    --edge: #7d8898;
    --act: #7aaaf5; --good: #5fcf95; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
header, main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; align-items: center; }
header a { color: inherit; font-weight: 650; text-decoration: none; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 0; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem; margin: 0 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .8rem 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
.good { color: var(--good); } .dim { color: var(--dim); }
.problem { border-left: .25rem solid var(--bad); padding: .1rem 0 .1rem .9rem; margin: .8rem 0; }
.problem p { margin: .3rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--page); border: 1px solid var(--line);
  border-radius: .4rem; padding: .6rem; font-size: .85rem; }
form { display: inline; }
form.sign-in { display: block; }
.field { margin: .9rem 0; }
.field p { margin: 0; font-size: .9rem; }
label { display: block; font-weight: 550; margin: 0 0 .2rem; }
.or { color: var(--dim); margin: .6rem 0; }
.unseen { position: absolute; width: 1px; height: 1px; padding: 0; border: 0; opacity: 0; }
input { display: block; width: 100%; max-width: 26rem; padding: .5rem; font: inherit; color: inherit;
  background: var(--page); border: 1px solid var(--edge); border-radius: .4rem; }
input[aria-invalid] { border: 2px solid var(--bad); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
button, .button { font: inherit; padding: .5rem .9rem; min-height: 2.6rem; border: 1px solid var(--act); border-radius: .4rem; cursor: pointer;
  background: transparent; color: var(--act); text-decoration: none; display: inline-block; }
@media (max-width: 32rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 .6rem; }
  form.sign-in button { width: 100%; }
}
button.main { background: var(--act); color: var(--card); }
a { color: var(--act); }
`;
