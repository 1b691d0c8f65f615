/** A page with what is expected of pages and extracted from them; its total comes a little later. */
export const ORDERS = `<h1 id="title">  Order   A-17 </h1>
  <p id="total">…</p><p id="count" data-id="17">3 items</p><p id="gone" hidden>hidden</p>
  <input id="name" value="Ada"><input id="agree" type="checkbox" checked><button id="off" disabled>off</button>
  <table id="lines"><thead><tr><th>Article</th><th>Price</th><th>In stock</th></tr></thead>
    <tbody><tr><td>Pen</td><td>$1,200.50</td><td>true</td></tr><tr><td>Ink</td><td>$7</td><td>false</td></tr></tbody></table>
  <table id="bare"><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>
  <ul id="people"><li class="one"><b>Ada</b> <i>36</i></li><li class="one"><b>Bob</b> <i>41</i></li></ul>
  <script id="state" type="application/json">{"order": {"id": 17, "lines": [1, 2]}}</script>
  <button id="grow">grow</button><div id="large"></div>
  <script>
    setTimeout(() => { document.getElementById('total').textContent = 'Total: $1,207.50'; }, 150);
    grow.onclick = () => { large.textContent = 'x'.repeat(70_000); };
    let tries = 0;
    const flaky = Object.assign(document.createElement('button'), { id: 'flaky', textContent: 'flaky' });
    flaky.onclick = () => { location.hash = ++tries; };
    document.body.append(flaky);
  </script>`;
