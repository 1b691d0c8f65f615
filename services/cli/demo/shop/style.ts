export const STYLE = `
:root { --ink: #1e1b4b; --soft: #6b7280; --line: #e5e7eb; --accent: #6366f1; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; color: var(--ink); background: #fafaff;
  font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { width: 100%; max-width: 880px; margin: 0 auto; padding: 20px 24px; }
header { display: flex; justify-content: space-between; align-items: center; }
main { flex: 1; }
footer { color: var(--soft); font-size: 13px; }
a { color: inherit; text-decoration: none; }
.brand { font-weight: 700; font-size: 20px; color: var(--accent); }
h1 { font-size: 30px; line-height: 1.2; margin: 8px 0 24px; }
.grid { display: grid; grid-template-columns: repeat(3, 1fr); gap: 20px; }
.card { display: flex; flex-direction: column; align-items: center; gap: 4px; padding: 24px 16px; background: #fff;
  border: 1px solid var(--line); border-radius: 16px; }
.card:hover { border-color: var(--accent); }
.card span, .product p { color: var(--soft); }
svg { width: 88px; height: 88px; }
.product { display: flex; gap: 40px; align-items: center; }
.product svg { width: 220px; height: 220px; }
.product .price { font-size: 22px; color: var(--ink); }
button, .button { display: inline-block; padding: 10px 22px; border: 0; border-radius: 999px; background: var(--accent);
  color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
table { width: 100%; border-collapse: collapse; margin-bottom: 24px; background: #fff; border-radius: 16px; }
td { padding: 12px 16px; border-bottom: 1px solid var(--line); }
td:last-child { text-align: right; }
.total { font-weight: 700; }
.fields { display: grid; gap: 16px; max-width: 420px; }
label { display: grid; gap: 4px; }
.check { display: flex; gap: 8px; align-items: center; }
input:not([type=checkbox]), select { padding: 10px 12px; border: 1px solid #d1d5db; border-radius: 10px; font: inherit; }
.spinner { width: 48px; height: 48px; border: 5px solid var(--line); border-top-color: var(--accent); border-radius: 50%;
  animation: turn 1s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
`;
