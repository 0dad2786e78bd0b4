# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""PHP's router script, as text: what the web server in front of PHP does for nearly every site.

A file that exists is sent, a PHP file is run, a folder means its index, what follows after `.php/` is PATH_INFO, and
everything else goes to the front controller, index.php. Rules of a .htaccess beyond that are not known here.
"""

from __future__ import annotations

import base64
import json

SCRIPT = r"""<?php
// A router for PHP's built-in server. It must run scripts at the top level: many expect their variables to be global.
(function () {
    $site = json_decode(base64_decode('@SITE@'), true);
    $root = $site['root']; $prefix = $site['prefix'];
    $_SERVER['SERVER_NAME'] = explode(':', $site['host'])[0];
    $_SERVER['SERVER_PORT'] = (string) $site['port'];
    $_SERVER['REQUEST_SCHEME'] = $site['scheme'];
    $_SERVER['DOCUMENT_ROOT'] = $site['document_root'];
    $_SERVER['SERVER_SOFTWARE'] = 'rawat.website';
    $_SERVER['GATEWAY_INTERFACE'] = 'CGI/1.1';
    unset($_SERVER['HTTPS'], $_SERVER['PATH_INFO'], $_SERVER['ORIG_PATH_INFO']);
    if ($site['scheme'] === 'https') { $_SERVER['HTTPS'] = 'on'; }
    $GLOBALS['rawat_script'] = null;
    $run = function ($name, $info = '') use ($root, $prefix) {
        $_SERVER['SCRIPT_NAME'] = $prefix . $name;
        $_SERVER['SCRIPT_FILENAME'] = $root . $name;
        $_SERVER['PHP_SELF'] = $prefix . $name . $info;
        if ($info !== '') { $_SERVER['PATH_INFO'] = $info; }
        chdir(dirname($root . $name));
        $GLOBALS['rawat_script'] = $root . $name;
    };
    $send = function ($file) {
        $kinds = ['html' => 'text/html', 'htm' => 'text/html', 'css' => 'text/css', 'js' => 'text/javascript',
            'json' => 'application/json', 'xml' => 'text/xml', 'txt' => 'text/plain', 'svg' => 'image/svg+xml',
            'png' => 'image/png', 'jpg' => 'image/jpeg', 'jpeg' => 'image/jpeg', 'gif' => 'image/gif',
            'webp' => 'image/webp', 'ico' => 'image/x-icon', 'pdf' => 'application/pdf'];
        $ending = strtolower(pathinfo($file, PATHINFO_EXTENSION));
        header('Content-Type: ' . ($kinds[$ending] ?? 'application/octet-stream'));
        header('Content-Length: ' . filesize($file));
        readfile($file);
    };
    $asked = explode('?', $_SERVER['REQUEST_URI'], 2);
    $path = rawurldecode($asked[0]);
    if ($prefix !== '' && strpos($path . '/', $prefix . '/') === 0) { $path = substr($path, strlen($prefix)); }
    elseif ($prefix !== '') { http_response_code(404); echo 'not found'; return; }
    if ($path === '') { $path = '/'; }
    if (strpos($path, "\0") !== false || preg_match('~(^|/)\.\.(/|$)~', $path)) {
        http_response_code(400); echo 'bad request'; return;
    }
    if (is_dir($root . $path)) {
        foreach (['index.php', 'index.html', 'index.htm'] as $index) {
            if (!is_file(rtrim($root . $path, '/') . '/' . $index)) { continue; }
            if (substr($path, -1) !== '/') {
                header('Location: ' . $asked[0] . '/' . (isset($asked[1]) ? '?' . $asked[1] : ''), true, 301);
                return;
            }
            $path .= $index;
            break;
        }
    }
    if (is_file($root . $path)) {
        if (preg_match('~\.php\d?$~i', $path)) { $run($path); } else { $send($root . $path); }
        return;
    }
    if (preg_match('~^(.+?\.php)(/.*)$~i', $path, $parts) && is_file($root . $parts[1])) {
        $run($parts[1], $parts[2]);
        return;
    }
    if (is_file($root . '/index.php')) { $run('/index.php'); return; }
    http_response_code(404);
    echo 'not found';
})();
if ($rawat_script === null) { return true; }
require (function () { $script = $GLOBALS['rawat_script']; unset($GLOBALS['rawat_script']); return $script; })();
return true;
"""


def script(root: str, prefix: str, scheme: str, host: str, port: int) -> str:
    """The script for a site whose pages below `prefix` ('' or '/blog') lie in the directory `root`."""
    document_root = root[: -len(prefix)] if prefix and root.endswith(prefix) else root
    site = {'root': root, 'prefix': prefix, 'scheme': scheme, 'host': host, 'port': port}
    site['document_root'] = document_root
    return SCRIPT.replace('@SITE@', base64.b64encode(json.dumps(site).encode()).decode('ascii'))
