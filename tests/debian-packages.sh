#!/bin/sh
# Programs the tests use beside Python: installed where that is allowed, otherwise one line says what is left out.
set -eu

missing=""
need() { missing="$missing $1"; }
have() { command -v "$1" >/dev/null 2>&1; }

have chromium || have chromium-browser || have google-chrome || need chromium
have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need postgresql
have soffice || have libreoffice || need "libreoffice-writer libreoffice-calc"
have pdftoppm || need poppler-utils
{ have fc-list && [ -n "$(fc-list :lang=zh-cn family)" ]; } || need fonts-noto-cjk
[ -n "$missing" ] || exit 0

if have apt-get && [ "$(id -u)" = 0 ]; then
    echo "安装测试所需的软件包：$missing"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "未能安装$missing，用到它们的测试将略去（安装须有管理员权限）"
[ -z "${PARKWATCH_TEST_ALL:-}" ]
