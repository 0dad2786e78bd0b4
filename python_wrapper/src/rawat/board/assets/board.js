// SPDX-FileCopyrightText: 2026 The rawat.website authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Search, filter and sort of the index. Without it the page shows every site, the most pressing first.
// index.html?q=words&state=red&sort=size&order=down opens it in that state, for links and bookmarks.
'use strict';

(() => {
  const table = document.getElementById('board');
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const tools = document.querySelector('.tools');
  const search = document.getElementById('search');
  const state = document.getElementById('state');
  const count = document.getElementById('count');
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const original = new Map(rows.map((row, place) => [row, place]));

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = (!state.value || row.dataset.state === state.value)
        && words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = tools.dataset.shown.replace('{shown}', shown).replace('{all}', rows.length);
  }

  function keyOf(row, column) {
    // A site that nobody backs up has one wide cell and no figures: it comes last in either direction.
    const cell = row.cells[column];
    return cell && cell.colSpan === 1 ? cell.dataset.key : undefined;
  }

  function compare(one, other, column, sign) {
    const [left, right] = [keyOf(one, column), keyOf(other, column)];
    if (left === undefined || right === undefined) {
      return (left === undefined) - (right === undefined) || original.get(one) - original.get(other);
    }
    const numbers = left !== '' && right !== '' && !isNaN(left) && !isNaN(right);
    const order = numbers ? left - right : left.localeCompare(right);
    return sign * order || original.get(one) - original.get(other);
  }

  function sort(heading, direction) {
    for (const other of table.tHead.rows[0].cells) {
      other.removeAttribute('aria-sort');
    }
    heading.setAttribute('aria-sort', direction);
    const sign = direction === 'ascending' ? 1 : -1;
    body.append(...rows.sort((one, other) => compare(one, other, heading.cellIndex, sign)));
  }

  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    button.addEventListener('click', () => {
      sort(heading, heading.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending');
    });
    heading.append(button);
  }

  const asked = new URLSearchParams(location.search);
  search.value = asked.get('q') || '';
  state.value = asked.get('state') || '';
  const wanted = Array.from(table.tHead.rows[0].cells).find((cell) => cell.dataset.sort === asked.get('sort'));
  if (wanted) {
    sort(wanted, asked.get('order') === 'down' ? 'descending' : 'ascending');
  }
  search.addEventListener('input', filter);
  state.addEventListener('change', filter);
  filter();
  tools.hidden = false;
})();
