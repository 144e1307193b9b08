-- title: Measurements
-- about: Every number that runs noted, one row a name, of the newest runs that were chosen (parameter runs); then one
-- about: name drawn: --set name=supply.current, else the one with limits whose Ppk is the lowest.
-- about:
-- about: Ppk: the distance from the mean to the nearer limit, in units of three standard deviations of all values,
-- about: with its 95 % interval; only from 30 values on. It supposes a normal distribution: "not normal" where
-- about: skewness and kurtosis speak against one (Jarque and Bera, p below 0.01) and is said of the values, not
-- about: of the process. Outside: values beyond a limit. Limits are those of the newest value; an older recipe may have
-- about: had others.
-- parameter: name | text |  | the measurement to draw
-- parameter: runs | int | 10000 | the newest so many runs
-- table: noted
WITH newest AS (SELECT run, serial, slot, began, verdict FROM chosen ORDER BY run DESC LIMIT :runs)
SELECT n.run AS run, serial, slot, began, m.step AS step, name, number, low, high, unit, within
FROM newest AS n CROSS JOIN v_measurement AS m ON m.run = n.run WHERE number IS NOT NULL
-- table: judged
WITH limits AS (SELECT max(run), name, low, high, unit, step FROM noted GROUP BY name)
SELECT limits.name AS name, limits.unit AS unit, limits.step AS step, count(*) AS times, limits.low AS low,
  limits.high AS high, min(number) AS least, median(number) AS middle, avg(number) AS mean, max(number) AS most,
  stdev(number) AS sd, sum(within = 0) AS outside, normal_p(number) AS normal,
  CASE WHEN count(*) >= 30 THEN ppk(number, limits.low, limits.high) END AS ppk,
  CASE WHEN count(*) >= 30 THEN ppk_low(number, limits.low, limits.high) END AS ppk_low,
  CASE WHEN count(*) >= 30 THEN ppk_high(number, limits.low, limits.high) END AS ppk_high
FROM noted JOIN limits USING (name) GROUP BY limits.name
-- table: drawn
SELECT name FROM judged WHERE :name = '' OR name = :name ORDER BY ppk IS NULL, ppk, times DESC, name LIMIT 1
-- section: All of them
-- about: Low and High are the limits; SD is the standard deviation.
-- column: name | text | Name
-- column: unit | text | Unit
-- column: times | int | Values
-- column: low | number | Low
-- column: high | number | High
-- column: least | number | Least
-- column: middle | number | Median
-- column: most | number | Most
-- column: sd | number | SD
-- column: outside | int | Outside
-- column: ppk | number | Ppk
-- column: ppk_low | number | at least
-- column: ppk_high | number | at most
-- column: remark | text | Remark
SELECT *, CASE WHEN low IS NULL AND high IS NULL THEN 'no limits' WHEN times < 30 THEN 'fewer than 30 values'
  WHEN ppk IS NULL THEN 'no spread' WHEN normal < 0.01 THEN 'not normal' ELSE '' END AS remark
FROM judged ORDER BY ppk IS NULL, ppk, name
-- section: The one that is drawn
-- column: name | text | Name
-- column: unit | text | Unit
-- column: times | int | Values
-- column: low | number | Low limit
-- column: high | number | High limit
-- column: mean | number | Mean
-- column: sd | number | Standard deviation
-- column: ppk | number | Ppk
-- column: ppk_low | number | Ppk at least (95 %)
-- column: outside | int | Outside
-- draw: facts
SELECT judged.* FROM judged JOIN drawn USING (name)
-- section: Its values
-- column: number | number | Value
-- column: low | number | Low limit
-- column: high | number | High limit
-- column: unit | text | Unit
-- column: serial | code | Serial
-- column: run | int | Run
-- column: slot | int | Slot
-- column: began | time | Began
-- draw: histogram number low high unit
SELECT number, low, high, unit, serial, run, slot, began FROM noted JOIN drawn USING (name) ORDER BY run
-- section: By slot
-- column: slot | int | Slot
-- column: times | int | Values
-- column: p10 | number | P10
-- column: middle | number | Median
-- column: p90 | number | P90
-- column: outside | int | Outside
SELECT slot, count(*) AS times, quantile(number, 0.1) AS p10, median(number) AS middle, quantile(number, 0.9) AS p90,
  sum(within = 0) AS outside FROM noted JOIN drawn USING (name) GROUP BY slot ORDER BY slot
