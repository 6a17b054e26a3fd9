#!/usr/bin/env python3
"""Checks that every language of po/LINGUAS is complete: nothing untranslated, nothing fuzzy, nothing missing, formats that fit, and that
POTFILES names every file with a string to translate.

usage: check-translations.py SOURCE-ROOT
"""
import os
import re
import subprocess
import sys
import tempfile

MARK = re.compile(r'\b(?:_|N_|C_|NC_|ngettext|Q_)\s*\(\s*"')


def main():
    root = sys.argv[1]
    po = os.path.join(root, "po")
    problems = []
    with open(os.path.join(po, "POTFILES"), encoding="utf-8") as file:
        listed = {line.strip() for line in file if line.strip() and not line.startswith("#")}
    for path in sorted(listed):
        if not os.path.exists(os.path.join(root, path)):
            problems.append(f"POTFILES names {path}, which is not there")
    for top in ("src", "ui", "data"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), root)
                if not name.endswith((".c", ".ui", ".desktop.in", ".metainfo.xml.in", ".gschema.xml")):
                    continue
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    text = file.read()
                marked = MARK.search(text) if name.endswith(".c") else 'translatable="yes"' in text or name.endswith((".desktop.in", ".metainfo.xml.in"))
                if marked and path not in listed:
                    problems.append(f"{path} has strings to translate but is not in POTFILES")

    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, "convisor.pot")
        listing = os.path.join(folder, "POTFILES")
        with open(listing, "w", encoding="utf-8") as file:
            file.write("\n".join(sorted(path for path in listed if os.path.exists(os.path.join(root, path)))) + "\n")
        its = "/usr/share/gettext/its:/usr/share/appdata/its"
        made = subprocess.run(
            ["xgettext", f"--files-from={listing}", f"--directory={root}", f"--output={pot}", "--from-code=UTF-8", "--add-comments=Translators",
             "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2", "--keyword=ngettext:1,2", "--keyword=g_dngettext:2,3",
             "--flag=g_strdup_printf:1:c-format", "--flag=g_set_error:4:c-format"],
            capture_output=True, text=True, env={**os.environ, "GETTEXTDATADIRS": its})
        if made.returncode != 0:
            print(made.stderr)
            return 1
        with open(pot, encoding="utf-8") as file:
            # A literal that goes on in a macro is cut there by xgettext, and would never be found again.
            for broken in re.findall(r'^(?:msgid|msgid_plural)? ?"(.*%)"$', file.read(), re.M):
                if not broken.endswith("%%"):
                    problems.append(f"a string ends in a bare %: “{broken}”")
        with open(os.path.join(po, "LINGUAS"), encoding="utf-8") as file:
            languages = file.read().split()
        for language in languages:
            path = os.path.join(po, f"{language}.po")
            check = subprocess.run(["msgfmt", "--check", "--statistics", "-o", os.devnull, path], capture_output=True, text=True)
            print(language, check.stderr.strip())
            if check.returncode != 0 or "untranslated" in check.stderr or "fuzzy" in check.stderr:
                problems.append(f"{language}.po is not complete: {check.stderr.strip()}")
            merged = subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", path, pot], capture_output=True, text=True)
            left = subprocess.run(["msgattrib", "--untranslated", "--no-wrap"], input=merged.stdout, capture_output=True, text=True).stdout
            missing = [line for line in left.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
            for line in missing[:20]:
                problems.append(f"{language}.po has no translation of {line[6:]}")
            if len(missing) > 20:
                problems.append(f"… and of {len(missing) - 20} more")

    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
