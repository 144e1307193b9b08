-- title: Units that failed and then passed
-- column: serial | text | Serial
SELECT serial FROM chosen GROUP BY serial
HAVING sum(verdict = 'FAIL') = 1 AND sum(verdict = 'PASS') = 2 ORDER BY min(run) LIMIT 1
