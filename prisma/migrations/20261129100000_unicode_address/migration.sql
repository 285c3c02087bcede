-- Addresses are stored with their domain in ASCII, as IDNA has it. A search looks for what people read, `bücher` in
-- `anna@xn--bcher-kva.example`, so the labels of a domain are decoded (RFC 3492) where they are looked through. Only
-- rows with such a domain pay for it, and no column has to be filled or kept in step.
CREATE FUNCTION "unicode_address"("address" TEXT) RETURNS TEXT
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000
AS $$
DECLARE
  domain TEXT := substr(address, strpos(address, '@') + 1);
  part TEXT;
  label TEXT;
  digits TEXT;
  decoded TEXT[] := '{}';
  code BIGINT;
  place BIGINT;
  before BIGINT;
  bias BIGINT;
  weight BIGINT;
  threshold BIGINT;
  digit BIGINT;
  delta BIGINT;
  step BIGINT;
  points BIGINT;
BEGIN
  FOREACH part IN ARRAY string_to_array(domain, '.') LOOP
    label := part;
    IF left(part, 4) = 'xn--' THEN
      digits := regexp_replace(substr(part, 5), '^.*-', '');
      label := left(substr(part, 5), greatest(0, length(part) - 4 - length(digits) - 1));
      code := 128;
      place := 0;
      bias := 72;
      WHILE digits <> '' LOOP
        before := place;
        weight := 1;
        step := 36;
        LOOP
          digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', left(digits, 1)) - 1;
          -- No label that IDNA makes ends within a number or leaves Unicode: any other is shown as it is.
          IF digits = '' OR digit < 0 OR weight > 4294967296 THEN
            code := 1114112;
            EXIT;
          END IF;
          digits := substr(digits, 2);
          place := place + digit * weight;
          threshold := least(greatest(step - bias, 1), 26);
          EXIT WHEN digit < threshold;
          weight := weight * (36 - threshold);
          step := step + 36;
        END LOOP;
        points := length(label) + 1;
        code := code + place / points;
        IF code > 1114111 OR code BETWEEN 55296 AND 57343 THEN
          label := part;
          EXIT;
        END IF;
        delta := (place - before) / CASE WHEN before = 0 THEN 700 ELSE 2 END;
        delta := delta + delta / points;
        step := 0;
        WHILE delta > 455 LOOP
          delta := delta / 35;
          step := step + 36;
        END LOOP;
        bias := step + 36 * delta / (delta + 38);
        place := place % points;
        label := left(label, place::INT) || chr(code::INT) || substr(label, place::INT + 1);
        place := place + 1;
      END LOOP;
    END IF;
    decoded := decoded || label;
  END LOOP;
  RETURN left(address, strpos(address, '@')) || array_to_string(decoded, '.');
END
$$;
