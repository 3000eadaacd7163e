<?php
// Writes vectors.json: what PHP's own parse_str makes of every line of inputs.txt, every file in
// bodies/ and 60 random keys. See README.md.

if (ini_get('max_input_nesting_level') !== '16') {
    fwrite(STDERR, "run with -d max_input_nesting_level=16\n");
    exit(1);
}

$inputs = file(__DIR__ . '/inputs.txt', FILE_IGNORE_NEW_LINES);
foreach (glob(__DIR__ . '/bodies/*.body') as $body) {
    $inputs[] = file_get_contents($body);
}

// Random pairs of pieces that clash, append, end early and nest. The seed keeps them the same.
mt_srand(2026);
$indexes = ['[]', '[]', '[ ]', '[0]', '[1]', '[b]', '[b]', '[-3]', '[07]', '[9]', '[[]', ']', 'x'];
for ($i = 0; $i < 60; $i++) {
    $pairs = [];
    for ($pair = mt_rand(2, 6); $pair > 0; $pair--) {
        $key = 'a';
        for ($depth = mt_rand(0, 3); $depth > 0; $depth--) {
            $key .= $indexes[mt_rand(0, count($indexes) - 1)];
        }
        $pairs[] = $key . '=' . $pair;
    }
    $inputs[] = implode('&', $pairs);
}

$lines = [];
foreach ($inputs as $input) {
    // Silenced, as it warns of every pair that is nested too deep.
    @parse_str($input, $result);
    // PHP has no lists, so none are written; and a body is bytes, which JSON cannot hold.
    $flags = JSON_FORCE_OBJECT | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR
        | JSON_UNESCAPED_SLASHES;
    $lines[] = json_encode(['input' => $input, 'php' => $result], $flags);
}
file_put_contents(__DIR__ . '/vectors.json', "[\n" . implode(",\n", $lines) . "\n]\n");
