-- The form in which texts are searched: lower case, without accents and apostrophes, ligatures and letters such as ł, ø
-- and ß written out, dashes and quotation marks as ASCII has them. `search_text` and what is searched for are folded by
-- this one function. Stored columns are computed with it: a change of it comes with a migration that writes them again.
create or replace function fold_text(input text) returns text
language sql immutable parallel safe as $$
  select regexp_replace(
    normalize(
      replace(replace(replace(replace(
        translate(lower(input collate "und-x-icu"),
          'łøđðħŧıς‐‑‒–—―−“”„‟«»‹›•‣、。「」『』【】《》〈〉''’‘‚‛ʼʻ´',
          'loddhtiσ-------""""""""              '),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
      NFKD),
    '[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u20d0-\u20ff\u2060\ufe20-\ufe2f\ufeff]+',
    '', 'g')
$$;
