#!/bin/bash
# SPDX-FileCopyrightText: 2026 The rawat.website authors
# SPDX-License-Identifier: GPL-3.0-or-later
# sites.sh [SITE...] - runs ON a host as root; installs real web sites with content. Idempotent, one function per site.
#   sites.sh                            all three, and the backup account
#   sites.sh remove SITE...             drops database, role, webroot and vhost (to get an "empty" host back)
# Sizes: POSTS (200), IMAGES (300), PAGES (200), NEWS (200).
# Names: wp.site.test, wiki.site.test, news.site.test, all on port 80; ask with curl --resolve wp.site.test:80:IP
#
#  site       webroot             database                files outside the webroot that a restore needs too
#  wordpress  /var/www/wordpress  MariaDB wordpress       -
#  mediawiki  /var/www/mediawiki  PostgreSQL mediawiki    images -> /srv/mediawiki-images (symlink OUT of the webroot)
#  sqliteapp  /var/www/news       SQLite, WAL, data/*.db  -   (the newest rows live in data/news.db-wal)
# What PHP and nginx call $args, $db and so on is meant for them, not for the shell:
# shellcheck disable=SC2016
set -euo pipefail
POSTS=${POSTS:-200} IMAGES=${IMAGES:-300} PAGES=${PAGES:-200} NEWS=${NEWS:-200}
export LC_ALL=C.UTF-8
pools=(/etc/php/*/fpm/pool.d/www.conf)
PHPV=$(echo "${pools[0]}" | cut -d/ -f4)
SOCK=/run/php/php$PHPV-fpm.sock
note() { printf '%s %s\n' "$(date +%T)" "$*"; }
get() { curl -sS --fail --max-time 60 --resolve "$1:80:127.0.0.1" "http://$1$2" "${@:3}"; }

vhost() { # name root front-controller
  cat > "/etc/nginx/sites-available/$1" <<X
server {
  listen 80; server_name $1; root $2; index index.php; client_max_body_size 64m; add_header X-Site $1;
  location / { try_files \$uri \$uri/ $3; }
  location ~ \.(db|db-wal|db-shm|sqlite)\$ { deny all; }
  location ~ \.php\$ { include fastcgi_params; fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
    fastcgi_param SERVER_NAME \$host; fastcgi_pass unix:$SOCK; fastcgi_read_timeout 300; }
}
X
  grep -q " $1\$" /etc/hosts || echo "127.0.0.1 $1" >> /etc/hosts
  : > "$2/probe.txt"
  ln -sf "../sites-available/$1" /etc/nginx/sites-enabled/; nginx -t -q; systemctl reload nginx
  for _ in $(seq 100); do                                  # a reload is asynchronous: wait for the new workers
    get "$1" /probe.txt -o /dev/null -D - 2>/dev/null | grep -qi "^x-site: $1" && break; sleep .1; done
  rm -f "$2/probe.txt"
}

wordpress() {
  local W=/var/www/wordpress
  systemctl start mariadb nginx "php$PHPV-fpm"
  mysql <<X
CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER IF NOT EXISTS 'wordpress'@'localhost' IDENTIFIED BY 'wp-secret';
GRANT ALL ON wordpress.* TO 'wordpress'@'localhost';
X
  if [ ! -e $W/wp-config.php ]; then                       # a classic webroot: the Debian package's links resolved
    note "wordpress: files"; mkdir -p $W
    cp -aL /usr/share/wordpress/. $W/; rm -f $W/wp-config.php
    for d in /var/lib/wordpress/wp-content/{plugins,themes}; do [ ! -d "$d" ] || cp -aLn "$d" $W/wp-content/; done
    mkdir -p $W/wp-content/uploads
    cat > $W/wp-config.php <<'X'
<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'wordpress'); define('DB_PASSWORD', 'wp-secret');
define('DB_HOST', 'localhost'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $k)
    foreach (['KEY', 'SALT'] as $kind)
        define("{$k}_$kind", hash('sha256', "test only {$k}_$kind"));
$table_prefix = 'wp_';
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_HOME', 'http://wp.site.test'); define('WP_SITEURL', 'http://wp.site.test');
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
X
    chown -R www-data:www-data $W; chmod 640 $W/wp-config.php
  fi
  vhost wp.site.test $W '/index.php?$args'
  if ! get wp.site.test / -o /dev/null -w '%{redirect_url}' | grep -qv install.php && \
     ! mysql -N wordpress -e "SELECT 1 FROM wp_options LIMIT 1" >/dev/null 2>&1; then
    note "wordpress: wp-admin/install.php over HTTP"
    get wp.site.test '/wp-admin/install.php?step=2' -o /tmp/wp-install.html \
      --data-urlencode "weblog_title=Dinas Contoh" -d user_name=admin -d pw_weak=on \
      -d admin_password=Adm1n-secret -d admin_password2=Adm1n-secret \
      -d admin_email=admin@site.test -d blog_public=0 -d language=
    grep -qi 'success' /tmp/wp-install.html
  fi
  note "wordpress: content"
  cat > /tmp/wp-fill.php <<'X'
<?php
$_SERVER['HTTP_HOST'] = 'wp.site.test'; $_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require '/var/www/wordpress/wp-load.php'; require ABSPATH . 'wp-admin/includes/image.php';
[$posts, $images] = [(int)$argv[1], (int)$argv[2]]; mt_srand(42); set_time_limit(0);
wp_suspend_cache_invalidation(true);
$have = (int)$wpdb->get_var("SELECT COUNT(*) FROM $wpdb->posts WHERE post_type='attachment'"); $ids = [];
for ($i = $have + 1; $i <= $images; $i++) {
    $im = imagecreatetruecolor(640, 400);
    for ($k = 0; $k < 300; $k++)
        imagefilledellipse($im, mt_rand(0,640), mt_rand(0,400), mt_rand(5,90), mt_rand(5,90), mt_rand(0, 0xffffff));
    imagestring($im, 5, 20, 20, "foto $i", 0xffffff);
    ob_start(); imagejpeg($im, null, 85);
    $up = wp_upload_bits("foto kegiatan $i é.jpg", null, ob_get_clean()); imagedestroy($im);
    if ($up['error']) { fwrite(STDERR, $up['error'] . "\n"); exit(1); }
    $id = wp_insert_attachment(
        ['post_mime_type' => 'image/jpeg', 'post_title' => "Foto $i", 'post_status' => 'inherit'], $up['file']);
    if ($i % 10 == 0) $meta = wp_generate_attachment_metadata($id, $up['file']);   // every tenth with thumbnails
    else $meta = ['width' => 640, 'height' => 400, 'file' => _wp_relative_upload_path($up['file']), 'sizes' => []];
    wp_update_attachment_metadata($id, $meta);
}
$urls = array_map('wp_get_attachment_url', $wpdb->get_col(
    "SELECT ID FROM $wpdb->posts WHERE post_type='attachment' ORDER BY ID"));
$have = (int)$wpdb->get_var("SELECT COUNT(*) FROM $wpdb->posts WHERE post_type='post' AND post_title LIKE 'Berita %'");
$words = explode(' ', 'layanan publik warga kantor jadwal pengumuman anggaran ' .
    'laporan kegiatan desa kota sekolah jalan air sehat');
for ($i = $have + 1; $i <= $posts; $i++) {
    $t = ''; for ($k = 0; $k < 250; $k++) $t .= $words[mt_rand(0, 14)] . ($k % 40 == 39 ? ".\n\n" : ' ');
    $u = $urls ? $urls[$i % count($urls)] : '';
    $r = wp_insert_post(['post_status' => 'publish',
        'post_title' => "Berita $i: \u{201c}uji\u{201d} \u{1F600} '; DROP TABLE --",
        'post_content' => wp_slash("<p>$t</p><img src=\"$u\">"),
        'post_date' => date('Y-m-d H:i:s', 1700000000 + $i * 3600)], true);
    if (is_wp_error($r)) { fwrite(STDERR, $r->get_error_message() . "\n"); exit(1); }
}
X
  runuser -u www-data -- php /tmp/wp-fill.php "$POSTS" "$IMAGES"
  note "wordpress: $(mysql -N wordpress -e "SELECT COUNT(*) FROM wp_posts WHERE post_type='post'") posts," \
    "$(find $W/wp-content/uploads -type f | wc -l) upload files, webroot $(du -sh $W | cut -f1)"
}

mediawiki() {
  local W=/var/www/mediawiki I=/srv/mediawiki-images
  systemctl start "postgresql" nginx "php$PHPV-fpm"
  for i in $(seq 50); do runuser -u postgres -- psql -qAtc 'select 1' >/dev/null 2>&1 && break; sleep .2; done
  cd /tmp
  runuser -u postgres -- psql -qAtc "select 1 from pg_roles where rolname='mediawiki'" | grep -q 1 ||
    runuser -u postgres -- psql -qc "create role mediawiki login password 'mw-secret'"
  runuser -u postgres -- psql -qAtc "select 1 from pg_database where datname='mediawiki'" | grep -q 1 ||
    runuser -u postgres -- createdb -O mediawiki -E UTF8 -T template0 mediawiki
  if [ ! -e $W/LocalSettings.php ]; then
    note "mediawiki: files"; mkdir -p $W $I
    local trim=(--include=/i18n/{en,id}.json --include='i18n/**/en.json' --include='i18n/**/id.json'
      --include='i18n/en.json' --include='i18n/id.json' --exclude='i18n/*.json' --exclude='i18n/**/*.json'
      --exclude=/docs --exclude=/tests)
    [ -z "${MW_ALL_LANGUAGES:-}" ] || trim=()              # 380 MB and 62 s instead
    rsync -a --copy-links --exclude=/LocalSettings.php --exclude=/images "${trim[@]}" /usr/share/mediawiki/ $W/
    ln -sfn $I $W/images; mkdir -p $W/cache
    note "mediawiki: maintenance/install.php"
    php $W/maintenance/install.php --dbtype postgres --dbserver localhost --dbport 5432 --dbname mediawiki \
      --dbuser mediawiki --dbpass mw-secret --installdbuser mediawiki --installdbpass mw-secret \
      --server http://wiki.site.test --scriptpath "" --lang en --pass Adm1n-secret-long --confpath $W \
      "Wiki Dinas" Admin > /tmp/mw-install.log
    printf '%s\n' '$wgEnableUploads = true; $wgJobRunRate = 0; $wgShowExceptionDetails = true;' >> $W/LocalSettings.php
    chown -R www-data:www-data $I $W/cache; chgrp www-data $W/LocalSettings.php; chmod 640 $W/LocalSettings.php
  fi
  vhost wiki.site.test $W '/index.php?$args'
  note "mediawiki: pages"; rm -rf /tmp/mw; mkdir -p /tmp/mw/t /tmp/mw/i
  for i in $(seq "$PAGES"); do
    # shellcheck disable=SC1111  # the quotes of the text are meant
    { echo "== Prosedur $i =="; echo "Teks halaman $i – „uji“ 漢字 '''tebal'''. Lihat [[Prosedur $((i % PAGES + 1))]]."
      for k in $(seq 20); do echo "* langkah $k dari prosedur $i"; done
      echo "[[Category:SOP]]"; } > "/tmp/mw/t/Prosedur $i"
  done
  (cd /tmp/mw/t &&
    runuser -u www-data -- php $W/maintenance/importTextFiles.php --overwrite -s import -- * > /tmp/mw-import.log)
  php -r 'for($i=1;$i<=10;$i++){$im=imagecreatetruecolor(300,200);imagefill($im,0,0,$i*99991);
    imagepng($im,"/tmp/mw/i/Bagan_$i.png");}'
  runuser -u www-data -- php $W/maintenance/importImages.php /tmp/mw/i > /tmp/mw-images.log
  runuser -u www-data -- php $W/maintenance/runJobs.php --maxjobs 2000 > /tmp/mw-jobs.log || true
  note "mediawiki: $(runuser -u postgres -- psql -Atd mediawiki -c 'select count(*) from mediawiki.page') pages," \
    "webroot $(du -sh $W | cut -f1), images $(find -L $I -type f | wc -l) files"
}

sqliteapp() {
  local W=/var/www/news
  systemctl start nginx "php$PHPV-fpm"; mkdir -p $W/data $W/files
  cat > $W/index.php <<'X'
<?php // a small news site: PDO + SQLite in WAL mode, attachments in files/
$db = new PDO('sqlite:' . __DIR__ . '/data/news.db', null, null,
    [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_PERSISTENT => true]);   // persistent: the -wal file stays
$db->exec('PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=100000;
    CREATE TABLE IF NOT EXISTS news(id INTEGER PRIMARY KEY, title TEXT, body TEXT, file TEXT)');
header('Content-Type: text/html; charset=utf-8');
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $db->prepare('INSERT INTO news(title, body, file) VALUES (?,?,?)')
        ->execute([$_POST['title'], $_POST['body'], $_POST['file'] ?? '']);
    exit('id ' . $db->lastInsertId());
}
$id = (int)($_GET['id'] ?? 0);
echo '<!doctype html><title>News</title>';
foreach ($db->query($id ? "SELECT * FROM news WHERE id=$id" : 'SELECT * FROM news ORDER BY id DESC LIMIT 50') as $r)
    printf("<h2><a href='/?id=%d'>%s</a></h2><p>%s</p><a href='/files/%s'>%3\$s</a>\n",
        $r['id'], htmlspecialchars($r['title']), htmlspecialchars($r['body']), rawurlencode($r['file']));
echo '<p>' . $db->query('SELECT count(*) FROM news')->fetchColumn() . ' items</p>';
X
  chown -R www-data:www-data $W; vhost news.site.test $W '/index.php?$args'
  get news.site.test / -o /dev/null
  local have; have=$(runuser -u www-data -- sqlite3 $W/data/news.db 'select count(*) from news')
  for i in $(seq $((have + 1)) "$NEWS"); do
    head -c $((RANDOM * 4 + 1000)) /dev/urandom > "$W/files/lampiran $i.bin"
    get news.site.test / -o /dev/null -d "title=Kabar $i" -d "file=lampiran $i.bin" \
      --data-urlencode "body=isi ke-$i; 'kutip' & <tag> – ✓"
  done
  chown -R www-data:www-data $W
  note "sqliteapp: $(runuser -u www-data -- sqlite3 $W/data/news.db 'select count(*) from news') rows," \
    "webroot $(du -sh $W | cut -f1), $(find $W/data -type f | wc -l) files of the database"
}

backup_account() { # what an office would give the product; no right to write anything
  systemctl start mariadb
  mysql <<X
CREATE USER IF NOT EXISTS 'backup'@'localhost' IDENTIFIED BY 'backup-secret';
GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON wordpress.* TO 'backup'@'localhost';
GRANT SELECT ON mysql.* TO 'backup'@'localhost';
X
}

remove() {
  for s in "$@"; do case $s in
    wordpress) rm -rf /var/www/wordpress /etc/nginx/sites-*/wp.site.test
      mysql -e "DROP DATABASE IF EXISTS wordpress; DROP USER IF EXISTS 'wordpress'@'localhost'" ;;
    mediawiki) rm -rf /var/www/mediawiki /srv/mediawiki-images /etc/nginx/sites-*/wiki.site.test; cd /tmp
      runuser -u postgres -- psql -q -c 'drop database if exists mediawiki with (force)' \
        -c 'drop role if exists mediawiki' ;;
    sqliteapp) rm -rf /var/www/news /etc/nginx/sites-*/news.site.test ;;
    *) echo "no site $s" >&2; exit 2 ;;
  esac; done; systemctl reload nginx
}

[ "$(id -u)" = 0 ] || { echo "run as root" >&2; exit 2; }
if [ "${1:-}" = remove ]; then shift; remove "$@"; exit; fi
[ $# -gt 0 ] || set -- wordpress mediawiki sqliteapp backup_account
for s in "$@"; do
  case $s in
    wordpress|mediawiki|sqliteapp|backup_account) t=$SECONDS; "$s"; note "$s: done in $((SECONDS - t)) s" ;;
    *) echo "no site $s" >&2; exit 2 ;;
  esac
done
