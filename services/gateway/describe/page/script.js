// Adds what a page without a script cannot have: copy buttons and a filter of the contents.
const copied = async (code) => {
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    // Over plain HTTP from another machine there is no clipboard: the text is selected at least.
    getSelection().selectAllChildren(code);
    return document.execCommand('copy');
  }
  return true;
};

for (const figure of document.querySelectorAll('figure.code')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', `Copy: ${figure.querySelector('figcaption').textContent}`);
  button.addEventListener('click', async () => {
    button.textContent = (await copied(figure.querySelector('code'))) ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 1500);
  });
  figure.querySelector('figcaption').append(button);
}

const filter = document.createElement('input');
filter.type = 'search';
filter.placeholder = 'Filter';
filter.setAttribute('aria-label', 'Filter the operations');
filter.addEventListener('input', () => {
  const wanted = filter.value.trim().toLowerCase();
  for (const item of document.querySelectorAll('nav li')) {
    const link = item.querySelector('a');
    item.hidden = !`${link.textContent} ${link.title}`.toLowerCase().includes(wanted);
  }
  for (const head of document.querySelectorAll('nav .nav-head')) {
    const list = head.nextElementSibling;
    if (list?.tagName === 'UL') head.hidden = !list.querySelector('li:not([hidden])');
  }
});
document.getElementById('filter').append(filter);

// On a phone the contents stand above everything: closed until asked for, and again once something was chosen.
const contents = document.querySelector('.contents');
const phone = matchMedia('(max-width: 899px)');
const arrange = () => {
  contents.open = !phone.matches;
};
phone.addEventListener('change', arrange);
arrange();
contents.addEventListener('click', (event) => {
  if (phone.matches && event.target.closest('a')) contents.open = false;
});

// An error that a link leads to is opened.
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.tagName === 'DETAILS') target.open = true;
};
addEventListener('hashchange', reveal);
reveal();
