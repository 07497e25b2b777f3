"""Hostile projects: each a function that gives the files of a tree. What they try is in their names and docstrings; `torture.py` scans them.

A case that once hurt stays here with the form in which it hurt. `MANAGE` and what `project` adds make a Django project of any files.
"""

import random

CASES = {}
MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def project(files=None, settings="", urls="urlpatterns = []\n", apps=("shop",)):
    """A project with one app; `files` win over what it has by itself."""
    tree = {
        "manage.py": MANAGE,
        "config/__init__.py": "",
        "config/settings.py": "INSTALLED_APPS = %r\nROOT_URLCONF = 'config.urls'\nSECRET_KEY = 'x'\n%s" % (list(apps), settings),
        "config/urls.py": "from django.urls import include, path, re_path\n" + urls,
    }
    for app in apps:
        if app.isidentifier():
            tree[app + "/__init__.py"] = ""
    tree.update(files or {})
    return tree


def one(text, name="shop/models.py"):
    return project({name: text})


# -- What the parser must not see, and what it needs long for ------------------------------------------------------------------------

@case
def blocks_511():
    """An odd number of open strings makes the parser's saved state overflow, and the process abort."""
    lines = ["%sif x:" % (" " * n) for n in range(511)]
    return one("\n".join(lines) + "\n" + " " * 511 + "'doc'\n")


@case
def blocks_with_strings_of_every_depth():
    text = "".join("%sif x:\n%s'a'\n" % (" " * n, " " * (n + 1)) for n in range(600))
    deep = "".join("%sif f'{x!r}{f\"{y}\"}':\n" % (" " * n) for n in range(400))
    return project({"shop/a.py": text, "shop/b.py": deep, "shop/tests/test_c.py": deep})


@case
def formatted_strings_255_in_each_other():
    return project({"shop/a.py": "".join("%sif x:\n" % (" " * n) for n in range(390)) + " " * 390 + "f'{" * 255 + "x" + "}'" * 255 + "\n",
                    "shop/b.py": "x = " + "f'{" * 190 + "x" + "}'" * 190 + "\n",
                    "shop/c.py": "x = " + 'f"""{' * 5000 + "\n"})


@case
def backslashes():
    return project({"shop/a.py": "x = 1 + " + "\\\n" * 50000 + " 1\n", "shop/b.py": "x = 1 + " + " \\\n" * 50000 + " 1\n",
                    "shop/c.py": "x = 1 + " + "\\\r\n" * 50000 + " 1\n", "shop/d.py": "x = 1 + " + "\\\n\n" * 30000 + " 1\n",
                    "shop/e.py": "x = 1" + " \\\n+ 1" * 30000, "shop/f.py": "x = '" + "a\\\n" * 50000 + "'\n",
                    "shop/g.py": "\\" * 150000 + "\n", "shop/h.py": "# \\\n" * 50000})


@case
def comments_in_a_class():
    return project({"shop/a.py": "class X:\n" + "# comment\n" * 50000 + "    y = 1\n",
                    "shop/b.py": "".join("class X%d:\n%s    y = 1\n" % (n, "# c\n" * 2000) for n in range(50)),
                    "shop/c.py": "class X:\n" + "    # comment\n" * 50000 + "  y = 1\n",
                    "shop/d.py": "class X:\n" + "# c\n\n\f\n" * 30000 + "    y = 1\n",
                    "shop/e.py": "class X:\n" + ("# c\n" * 99 + "\\\n") * 400 + "    y = 1\n",
                    "shop/f.py": "def f():\n" + ("# c\n" * 99 + "  pass\n") * 400})


@case
def dense_files():
    """A syntax tree takes a hundred bytes for each byte of these."""
    row = "{'a': [1, 2, 3], 'b': (None, True), 'c': {'d': -1}},\n"
    return project({"shop/d%02d.py" % n: "X = [\n" + row * (1_000_000 // len(row)) + "]\n" for n in range(40)})


@case
def short_tokens():
    return project({"shop/a.py": "X = [\n" + ("0, " * 40 + "\n") * 15000 + "]\n", "shop/b.py": "#\n" * 900_000, "shop/c.py": ";\n" * 900_000,
                    "shop/d.py": "x\n" * 900_000, "shop/e.py": "\n" * 1_900_000, "shop/f.py": "x=y\n" * 450_000, "shop/g.py": "@a\n" * 300_000,
                    "shop/h.py": "X = [" + "0," * 95_000 + "]\n"})


@case
def brackets():
    return project({"shop/a.py": "x = " + "(" * 100000 + ")" * 100000, "shop/b.py": "x = " + "[" * 199 + "]" * 199 + "\n",
                    "shop/c.py": "(\n" * 500_000, "shop/d.py": "x = " + "{1:" * 199 + "1" + "}" * 199, "shop/e.py": "f(" * 199 + ")" * 199,
                    "shop/f.py": "x = [\n" + "(),\n" * 300_000 + "]\n", "shop/g.py": ")" * 150_000, "shop/h.py": "x = " + "(((" * 66 + "\n" * 100_000})


@case
def long_chains():
    """Deep trees without a bracket or a block."""
    n = 20000
    chains = {"plus": "x = " + "a + " * n + "a", "power": "x = " + "a ** " * n + "a", "attribute": "x = a" + ".a" * n, "call": "x = a" + "()" * n,
              "subscript": "x = a" + "[0]" * n, "not": "x = " + "not " * n + "a", "minus": "x = " + "-" * n + "a", "and": "x = " + "a and " * n + "a",
              "or": "x = " + "a or b and " * n + "a", "if": "x = " + "a if b else " * n + "a", "lambda": "x = " + "lambda: " * n + "a",
              "assign": "x = " * n + "a", "less": "x = " + "a < " * n + "a", "string": "x = " + "'a' " * n, "await": "x = " + "await " * n + "a",
              "for": "x = [a " + "for a in b " * n + "]", "ifs": "x = [a for a in b " + "if a " * n + "]", "star": "x = " + "*" * n + "a",
              "walrus": "(x := " * 150 + "1" + ")" * 150, "elif": "if a:\n pass\n" + "elif a:\n pass\n" * n, "decorator": "@a\n" * n + "def f(): pass",
              "else": "".join("%sif a: pass\n%selse:\n" % (" " * k, " " * k) for k in range(99)) + " " * 99 + "pass",
              "or_type": "x: " + "a | " * n + "a", "keyword": "f(" + ", ".join("a%d=1" % k for k in range(n)) + ")",
              "parameters": "def f(" + ", ".join("a%d=1" % k for k in range(n)) + "): pass", "bases": "class A(" + ", ".join("b%d" % k for k in range(n)) + "): pass",
              "global": "def f():\n global " + ", ".join("b%d" % k for k in range(n)), "import": "from a import (" + ",\n".join("b%d" % k for k in range(n)) + ")",
              "dots": "import " + "a." * n + "a", "relative": "from " + "." * n + " import a", "try": "try:\n pass\n" + "except a:\n pass\n" * n,
              "with": "with " + ", ".join("a as b%d" % k for k in range(n)) + ":\n pass", "semicolon": "a;" * n, "match": "match a:\n" + " case 1: pass\n" * n,
              "case": "match a:\n case " + "1 | " * n + "1: pass", "slice": "x[" + "::," * n + "]", "unpack": "x, " * n + "= a", "delete": "del " + "x, " * n + "x",
              "nested": "".join("%sclass A%d:\n" % (" " * k, k) for k in range(99)) + " " * 99 + "pass", "yield": "x = " + "yield " * 2000 + "1",
              "functions": "".join("%sdef f%d(x=lambda: 0):\n" % (" " * k, k) for k in range(99)) + " " * 99 + "pass"}
    files = {"shop/chain_%s.py" % name: text + "\n" for name, text in chains.items()}
    files.update({"shop/test_%s.py" % name: text + "\n" for name, text in chains.items()})
    return project(files, settings="from shop.chain_plus import *\n" + "".join("from shop.chain_%s import *\n" % n for n in chains))


@case
def chains_in_settings():
    """The same where every value is looked at."""
    n = 9000
    return project({}, settings="a = 1\nDEBUG = " + "a + " * n + "a\nA = a" + ".a" * n + "\nB = 'x'" + ".upper()" * n + "\nC = " + "not " * n
                   + "a\nD = [a " + "for a in [1, 2] " * 200 + "]\nE = " + "a if a else " * n + "a\n" + "if a == 2: pass\n" + "elif a == 2:\n pass\n" * n)


@case
def noise():
    random_ = random.Random(1)
    words = "class def if else : ( ) [ ] { } ' \" ''' \"\"\" \\ \n # = == lambda async await import from * ** , . 0 x é f' b' @ -> := yield \t \r".split(" ")
    soup = lambda size: " ".join(random_.choice(words) for _ in range(size))
    return project({"shop/a.py": soup(300_000), "shop/b.py": bytes(random_.randrange(1, 256) for _ in range(1_000_000)),
                    "shop/c.py": "".join(random_.choice(words) for _ in range(400_000)), "shop/templates/a.html": soup(300_000),
                    "shop/test_d.py": soup(300_000), "shop/migrations/0001_a.py": soup(50_000), "pyproject.toml": soup(10_000),
                    "requirements.txt": soup(100_000), "setup.cfg": soup(10_000), "Dockerfile": soup(10_000)})


@case
def unclosed():
    return project({"shop/a.py": "(" * 190 + "x\n" * 300_000, "shop/b.py": "class A(\n" * 100_000, "shop/c.py": "'''" + "x\n" * 500_000,
                    "shop/d.py": "x = 'abc\n" * 100_000, "shop/e.py": "class A:\n" * 100_000, "shop/f.py": "def f(:\n" * 100_000,
                    "shop/g.py": "if x\n" * 100_000, "shop/h.py": "f'{" * 60_000, "shop/i.py": "x = [\n" * 100_000, "shop/j.py": "@\n" * 200_000,
                    "shop/k.py": "<<<<<<< HEAD\nclass A: pass\n=======\nclass B: pass\n>>>>>>> x\n" * 5_000, "shop/l.py": "print 'x'\nexec 'y'\n" * 30_000,
                    "shop/m.py": "lambda" * 100_000, "shop/n.py": "else:\n" * 100_000, "shop/o.py": "$?!" * 60_000})


@case
def encodings():
    text = "from django.db import models\nclass Größe(models.Model):\n    x = models.TextField()\n"
    return project({"shop/a.py": text.encode("utf-16"), "shop/b.py": text.encode("utf-32"), "shop/c.py": text.encode("utf-16-le"),
                    "shop/d.py": text.encode("latin-1"), "shop/e.py": b"# -*- coding: latin-1 -*-\n" + text.encode("latin-1"),
                    "shop/f.py": text.replace("\n", "\r").encode(), "shop/g.py": b"\xef\xbb\xbf" + text.encode(), "shop/h.py": b"x = 1\n\0\n",
                    "shop/i.py": b"# coding: utf-7\n", "shop/j.py": b"# coding: nonsense\n", "shop/k.py": b"# coding: rot13\n", "shop/l.py": b"\xff\xfe",
                    "shop/m.py": "x = '\\ud800 \\U00110000 \\N{nothing} \\x' + b'\\777' + '\\N{'\n", "shop/n.py": b"\x80" * 1000, "shop/o.py": b"\0" * 1_000_000,
                    "shop/templates/a.html": text.encode("utf-16"), "shop/test_p.py": text.encode("utf-16"), "shop/q.py": "x = 1\u2028y = 2\x85z = 3\x0b\x1c\n",
                    "requirements.txt": "django==4\n".encode("utf-16"), "pyproject.toml": b"\xff\xfe[tool", "shop/r.py": b"# coding: gb2312\nx = '\x80'\n"})


@case
def sizes():
    return project({"shop/big.py": "x = 1\n" * 400_000, "shop/line.py": "x = '" + "a" * 1_900_000 + "'\n", "shop/templates/a.html": "a" * 3_000_000,
                    "requirements.txt": "django\n" * 400_000, "pyproject.toml": "a = 1\n" * 400_000, "shop/empty.py": "", "shop/name" + "x" * 200 + ".py": "x = 1\n"})


# -- Graphs that double at each step -------------------------------------------------------------------------------------------------

def includes(count, each=2):
    files = {}
    for n in range(count):
        rows = "".join("    path('%s/', include('shop.u%d')),\n" % (chr(97 + k), n + 1) for k in range(each))
        files["shop/u%d.py" % n] = "from django.urls import include, path\nurlpatterns = [\n%s]\n" % rows
    files["shop/u%d.py" % count] = "from django.urls import path\nurlpatterns = [path('', lambda r: None)]\n"
    return project(files, urls="urlpatterns = [path('', include('shop.u0'))]\n")


@case
def includes_that_double():
    return includes(40)


@case
def includes_that_double_within_the_depth():
    return includes(22)


@case
def includes_of_each_other():
    files = {"shop/u%d.py" % n: "from django.urls import include, path\nurlpatterns = [%s]\n"
             % ", ".join("path('%d/', include('shop.u%d'))" % (k, k) for k in range(8)) for n in range(8)}
    return project(files, urls="urlpatterns = [path('', include('shop.u0'))]\n")


@case
def includes_of_lists():
    rows = "".join("a%d = [path('a/', include(a%d)), path('b/', include((a%d, 'x'), namespace='n%d'))]\n" % (n + 1, n, n, n) for n in range(40))
    return project({}, urls="a0 = [path('', lambda r: None)]\n" + rows + "urlpatterns = a40\n")


@case
def inheritance_that_doubles():
    text = "from django.db import models\nclass A0(models.Model):\n    f0 = models.TextField()\n    class Meta:\n        abstract = True\n"
    for n in range(1, 60):
        for side in "LR":
            text += "class %s%d(A%d):\n    %s%d = models.TextField()\n    class Meta(A%d.Meta):\n        abstract = True\n" % (side, n, n - 1, side.lower(), n, n - 1)
        text += "class A%d(L%d, R%d):\n    class Meta(L%d.Meta, R%d.Meta):\n        abstract = True\n" % (n, n, n, n, n)
    return one(text + "class Last(A59):\n    pass\n")


@case
def inheritance_long_and_wide():
    text = "from django.db import models\nclass A0(models.Model):\n    x = models.TextField()\n"
    text += "".join("class A%d(A%d):\n    x%d = models.TextField()\n" % (n, n - 1, n) for n in range(1, 600))
    mixins = "".join("class M%d:\n    def f%d(self): pass\n" % (n, n) for n in range(1000))
    wide = "class W(%s): pass\n" % ", ".join("M%d" % n for n in range(1000))
    return project({"shop/models.py": text, "shop/wide.py": mixins + wide})


@case
def inheritance_in_a_circle():
    return project({"shop/a.py": "from shop.b import B\nclass A(B): pass\n", "shop/b.py": "from shop.a import A\nclass B(A): pass\n",
                    "shop/models.py": "from shop.a import A\nfrom django.db import models\nclass C(A, models.Model): pass\nclass D(D): pass\n"})


@case
def star_imports_that_double():
    files = {"shop/m%d.py" % n: "from shop.m%d import *\nfrom shop.n%d import *\nx%d = 1\n" % (n + 1, n + 1, n) for n in range(60)}
    files.update({"shop/n%d.py" % n: "from shop.m%d import *\nfrom shop.n%d import *\ny%d = 1\n" % (n + 1, n + 1, n) for n in range(60)})
    files.update({"shop/m60.py": "z = 1\n", "shop/n60.py": "from shop.m0 import *\n"})
    return project(files, settings="from shop.m0 import *\n")


@case
def star_imports_of_many_names():
    files = {"shop/m%d.py" % n: "from shop.m%d import *\n" % (n + 1) for n in range(300)}
    files["shop/m300.py"] = "".join("x%d = %d\n" % (n, n) for n in range(20000))
    return project(files, settings="from shop.m0 import *\n")


@case
def imports_in_a_long_chain():
    files = {"shop/m%d.py" % n: "from shop.m%d import x\n" % (n + 1) for n in range(3000)}
    files["shop/m3000.py"] = "x = 1\n"
    return project(files, settings="from shop.m0 import x\n")


@case
def migrations_with_many_paths():
    """Each depends on the two before it: the number of ways back doubles."""
    head = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    dependencies = [%s]\n    operations = [%s]\n"
    files = {"shop/models.py": "from django.db import models\nclass A(models.Model):\n    x = models.TextField()\n", "shop/migrations/__init__.py": ""}
    for n in range(1500):
        back = ", ".join("('shop', '%04d_m')" % k for k in (n - 1, n - 2) if k >= 0)
        make = "migrations.CreateModel('A', [('x', models.TextField())])" if n == 0 else "migrations.AddField('A', 'f%d', models.TextField())" % n
        files["shop/migrations/%04d_m.py" % n] = head % (back, make)
    return project(files)


@case
def migrations_in_a_circle_and_squashed():
    head = "from django.db import migrations\nclass Migration(migrations.Migration):\n    replaces = [%s]\n    dependencies = [%s]\n    operations = []\n"
    files = {"shop/migrations/__init__.py": ""}
    for n in range(200):
        files["shop/migrations/%04d_m.py" % n] = head % (", ".join("('shop', '%04d_m')" % k for k in range(max(0, n - 40), n)), "('shop', '%04d_m')" % ((n + 1) % 200))
    return project(files)


@case
def serializers_in_a_circle():
    models = "from django.db import models\n" + "".join("class A%d(models.Model):\n%s" % (n, "".join(
        "    f%d = models.ForeignKey('A%d', models.CASCADE, related_name='r%d_%d')\n" % (k, k, n, k) for k in range(8))) for n in range(8))
    text = "from rest_framework import serializers\nfrom shop.models import *\n"
    for n in range(8):
        text += "class S%d(serializers.ModelSerializer):\n%s    class Meta:\n        model = A%d\n        fields = '__all__'\n        depth = 10\n" % (
            n, "".join("    f%d = S%d()\n" % (k, k) for k in range(n)), n)
    return project({"shop/models.py": models, "shop/serializers.py": text,
                    "shop/views.py": "from shop.models import *\ndef f(r):\n    x = A0.objects.all()\n" + "    x = x.select_related('%s')\n" % "__".join(["f0", "f1"] * 200)
                    + "".join("    for x in A0.objects.filter(%s=1):\n        x.f0.f1.f2.f3.save()\n" % "__".join("f%d" % (k % 8) for k in range(n)) for n in range(1, 200))})


@case
def templates_in_a_circle():
    files = {"shop/templates/t%d.html" % n: "{%% extends 't%d.html' %%}{%% include 't%d.html' %%}{%% include 't%d.html' %%}" % (n + 1, n + 1, (n + 2) % 40) for n in range(40)}
    files["shop/templates/t40.html"] = "{% extends 't0.html' %}" + "{% if x %}" * 100_000
    files["shop/templates/b.html"] = "{{ " * 300_000
    files["shop/templates/c.html"] = "{% " * 300_000
    files["shop/templates/d.html"] = "{# " * 300_000 + "{% comment %}" * 50_000
    files["shop/templates/e.html"] = "{% url '" * 100_000
    files["shop/templates/f.html"] = "{% verbatim %}" * 100_000 + "<" * 100_000
    files["shop/templates/g.jinja2"] = "{%- " * 100_000 + "{{ x|" * 50_000
    files["shop/templates/h.html"] = "{% with " + "a=b " * 300_000 + "%}"
    return project(files)


# -- Values that grow ----------------------------------------------------------------------------------------------------------------

@case
def values_that_double():
    rows = ["a = [1]", "s = 'x'", "t = (1,)", "d = {}", "b = 'ab'", "n = []", "f = 'x'", "p = 'x'", "u = 'x'", "j = 'x'", "w = 3", "z = {1}", "q = 'x'", "e = {}"]
    for k in range(64):
        rows += ["a = a + a", "s = s + s", "t = (*t, *t)", "d = {%d: d, 'x': d}" % k, "b *= 2", "n = [n, n]", "f = f'{f}{f}'", "p = '%s%s' % (p, p)",
                 "u = '{0}{0}'.format(u)", "j = j.join([j, j, j])", "w = w * w", "z = z | {%d}" % k, "q = q.replace('x', 'xx')", "e = {**e, %d: e}" % k, "a.extend(a)"]
    return project({}, settings="\n".join(rows) + "\nTEMPLATES = n\nDATABASES = d\nMIDDLEWARE = a\nLANGUAGES = n\nCACHES = e\n")


@case
def values_that_are_huge_at_once():
    rows = ["A = 'x' * 10 ** 10", "B = [0] * 10 ** 10", "C = list(range(10 ** 12))", "D = 2 ** 10 ** 9", "E = 10 ** 10 ** 10", "F = 1 << 10 ** 10", "G = '%1000000000d' % 1",
            "H = '{:1000000000}'.format(1)", "I = f'{1:1000000000}'", "J = 'x'.ljust(10 ** 10)", "K = '1'.zfill(10 ** 10)", "L = 'x'.center(10 ** 10)", "M = '\\t'.expandtabs(10 ** 10)",
            "N = int('9' * 1000000)", "O = b'x' * 10 ** 10", "P = sum(range(10 ** 12))", "Q = max(range(10 ** 12))", "R = [x for x in range(10 ** 12)]", "S = {x: y for x in range(10 ** 6) for y in range(10 ** 6)}",
            "T = (1,) * 2 ** 62", "U = 'x' * -10 ** 19", "V = [1, 2, 3][2 ** 63:-2 ** 63:-2 ** 63]", "W = 'abc'[-2 ** 63]", "X = range(0, 10, 0)", "Y = -2 ** 63 // -1", "Z = -2 ** 63 % -1",
            "AA = 1 / 0", "AB = 1 % 0", "AC = 1 // 0", "AD = 9223372036854775807 + 1", "AE = -9223372036854775808 - 1", "AF = 9223372036854775807 * 9223372036854775807", "AG = abs(-9223372036854775808)",
            "AH = -(-9223372036854775808)", "AI = round(1e308 * 10)", "AJ = int(1e400)", "AK = 1e400 - 1e400", "AL = 1 << 64", "AM = 1 << -1", "AN = 1 >> 100", "AO = ~9223372036854775807", "AP = 0 ** -1",
            "AQ = bytes(10 ** 10)", "AR = 'x'.split('')", "AS = ''.join(['x'] * 10 ** 9)", "AT = list('x' * 10 ** 8)", "AU = sorted(range(10 ** 9))", "AV = dict.fromkeys(range(10 ** 9))", "AW = 'é'[1:]", "AX = 'aé'[0:1:2]",
            "AY = chr(2 ** 40)", "AZ = chr(0xd800)", "BA = hex(-2 ** 63)", "BB = int('zz', 36)", "BC = int('1', 99)", "BD = '{0[x].y!r:>{1}}'.format(1, 10 ** 9)", "BE = '%*d' % (10 ** 9, 1)", "BF = 'x'.rjust(2 ** 63)",
            "BG = pow(2, 10 ** 9)", "BH = pow(2, -1, 0)", "BI = divmod(1, 0)", "BJ = 'a' 'b' * 2 ** 40", "BK = 10 ** -400", "BL = (-8) ** 0.5", "BM = 'x'.encode('utf-32') * 10 ** 9", "BN = list(zip(*[range(10 ** 9)] * 100))",
            "import datetime, itertools, os", "BO = datetime.timedelta(days=10 ** 20)", "BP = datetime.timedelta(seconds=2 ** 63)", "BQ = list(itertools.product('ab', repeat=100))", "BR = list(itertools.permutations(range(100)))",
            "BS = list(itertools.count())", "BT = list(itertools.repeat(1))", "BU = os.path.join(*['x'] * 10 ** 7)", "BV = list(itertools.chain(*[range(10 ** 9)] * 9))", "BW = list(enumerate(range(10 ** 9)))", "BX = list(map(str, range(10 ** 9)))",
            "while True: pass", "while True: BY = [1]", "for x in range(10 ** 9):\n  for y in range(10 ** 9): pass", "for x in iter(int, 1): pass", "BZ = 1", "l = [1]\nfor x in l: l.append(x)", "while 1:\n  l += l", "CA = 2"]
    return project({}, settings="\n".join(rows) + "\n")


@case
def calls_that_double():
    text = "def f(n):\n    return f(n - 1) + f(n - 1)\nx = f(100)\ndef g(n):\n    return [g(n), g(n)]\ny = g(1)\n"
    text += "h0 = lambda: 1\n" + "".join("def h%d(): return (h%d(), h%d())\n" % (n, n - 1, n - 1) for n in range(1, 60)) + "z = h59()\n"
    text += "def dec(f):\n    def w(*a, **k):\n        f(*a); f(*a)\n        return f\n    return w\n" + "@dec\n" * 60 + "def q(): pass\nq()\n"
    text += "class A:\n    def __init__(self):\n        self.a = A()\n        self.b = A()\na = A()\nclass B:\n    @property\n    def x(self): return [self.x, self.x]\nb = B().x\n"
    text += "class M(type):\n    def __new__(c, *a): return M(*a)\nclass N(metaclass=M): pass\nclass D:\n    def __getattr__(self, n): return getattr(self, n + n)\nD().x\n"
    return project({"shop/models.py": text, "shop/views.py": text, "shop/apps.py": text}, settings=text)


@case
def branches_nobody_can_decide():
    text = "import os\nx = []\ns = ''\n"
    text += "".join("if os.environ.get('A%d'):\n    x = x + [%d]\n    s = s + 'a'\nelse:\n    x = [%d] + x\n    s = 'b' + s\n" % (n, n, n) for n in range(300))
    text += "".join("%sif os.environ.get('B%d'):\n" % (" " * n, n) for n in range(90)) + " " * 90 + "x = 1\n"
    text += "def f(n):\n    if os.environ.get('C'):\n        return f(n)\n    elif os.environ.get('D'):\n        return [f(n), f(n)]\n    for i in os.environ:\n        x = f(i)\n    return x\ny = f(1)\n"
    text += "INSTALLED_APPS += x\nMIDDLEWARE = [s + t for t in x for u in x for v in x]\n"
    return project({"shop/models.py": text.replace("INSTALLED_APPS += x", "")}, settings=text)


@case
def loops_that_register():
    urls = "urlpatterns = [path('%s/%s/' % (a, b), lambda r: None) for a in range(50000) for b in range(50000)]\n"
    models = "from django.db import models\nfrom django.contrib import admin\nfor n in range(50000):\n    M = type('M%d' % n, (models.Model,), {'__module__': 'shop.models', 'x': models.TextField()})\n    admin.site.register(M)\n"
    views = "from django.db.models.signals import post_save\nfrom shop.models import M\nfor n in range(50000):\n    post_save.connect(lambda **k: None, sender=M)\n"
    return project({"shop/models.py": models, "shop/views.py": views}, urls=urls)


@case
def deep_values():
    """Nested as far as brackets are let through, and by statements much further."""
    rows = "x = []\n" + "x = [x]\n" * 3000 + "y = {}\n" + "y = {'a': y}\n" * 3000
    models = "from django.db import models\nx = ()\n" + "x = (('a', x),)\n" * 3000 + "class A(models.Model):\n    f = models.CharField(choices=x, default=x, max_length=3)\n    g = models.JSONField(default=x)\n"
    models += "q = models.Q(a=1)\n" + "q = q | models.Q(b=q)\n" * 3000 + "class B(models.Model):\n    class Meta:\n        constraints = [models.CheckConstraint(check=q, name='c')]\n"
    models += "v = models.F('a')\n" + "v = v + v\n" * 60 + "class C(models.Model):\n    class Meta:\n        ordering = [v]\n"
    return project({"shop/models.py": models}, settings=rows + "TEMPLATES = x\nDATABASES = y\nREST_FRAMEWORK = y\nMIDDLEWARE = x\nINSTALLED_APPS += x\nCACHES = y\n")


# -- Rules, routes, plan -------------------------------------------------------------------------------------------------------------

@case
def names_that_are_deleted_one_by_one():
    """Whoever moves the others up each time pays the square of their number."""
    names = range(80_000)
    return one("".join("a%d = 1\n" % n for n in names) + "".join("del a%d\n" % n for n in names))


@case
def regular_expressions():
    bad = ["((a{1000}){1000}){1000}", "(a?){500}a{500}", "(?:(?:(?:a*)*)*)*", "(" * 150 + "a" + ")" * 150, "[" + "".join("\\x%02x-\\x%02x" % (k, k + 1) for k in range(1, 250)) + "]+" * 50,
           "|".join("a%db" % k for k in range(5000)), ".*a" * 300, "(?P<x>.*)" * 1, "(?=a)(?!b)(?<=c)(?<!d)e", "(?(1)a|b)", "\\1", "(?i:a)" * 100, "a{99999999999}", "a{2,1}", "[z-a]", "(?P<a>x)(?P<a>y)", "\\p{L}", "(?#",
           "[[:alpha:]]", "\\N{DIGIT ONE}", "(?P<n>[^/]{1,1000}/){1,1000}", "\\w{500}", "(\\w+\\s?)*$", "^(([a-z])+.)+[A-Z]([a-z])+$", "\\Z\\A\\b\\B", "[^\\W\\d_]{300}", "(?:%s)" % "|".join(["\\d{50}"] * 200)]
    rows = "".join("    re_path(%r, lambda r: None),\n" % b for b in bad) + "".join("    re_path(r'^.*a.*%d.*(b|c)*/$', lambda r: None),\n" % k for k in range(300))
    return project({}, urls="urlpatterns = [\n%s]\n" % rows)


@case
def routes_by_the_thousand():
    rows = "".join("    path('a%d/<int:pk>/', lambda r: None, name='a%d'),\n" % (k, k) for k in range(8000))
    return project({}, urls="urlpatterns = [\n%s]\n" % rows)


@case
def apps_that_all_need_each_other():
    apps = ["app%d" % n for n in range(120)]
    files = {}
    for app in apps:
        files[app + "/models.py"] = "from django.db import models\n" + "".join("from %s import models as m%s\n" % (b, b) for b in apps if b != app) + "class A(models.Model):\n" + "".join(
            "    f%s = models.ForeignKey('%s.A', models.CASCADE, related_name='+')\n" % (b, b) for b in apps)
        files[app + "/views.py"] = "".join("from %s.models import A as A%s\n" % (b, b) for b in apps) + "def v(r):\n" + "".join("    A%s.objects.create()\n" % b for b in apps)
        files[app + "/urls.py"] = "from django.urls import path\nfrom .views import v\nurlpatterns = [path('', v)]\n"
    return project(files, urls="urlpatterns = [%s]\n" % ", ".join("path('%s/', include('%s.urls'))" % (a, a) for a in apps), apps=apps)


@case
def names_that_speak():
    """Commands for CI runners, terminals, browsers, spreadsheets, proxies and Python in every place where scanned text is shown."""
    words = ["::stop-commands::x", "\r\n::error::x", "##vso[task.complete]", "\x1b]0;x\x07\x1b[2J", "\u202enimda", "</script><script>alert(1)</script>", "\" onload=\"alert(1)", "=cmd|' /C calc'!A0", "@SUM(1)", "'''\n__import__('os')\n'''",
             "`rm -rf`", "$(id)", "a; } location / { return 403; } #", "`) || PathPrefix(`/", "{$HOME}", "![x](http://e/x.png)", "@everyone", "\x85\x0b\x0c\u2028", "../../../etc/passwd", "\0", "{{ x }}{% x %}", "--><!--", "]]>", "\\", "'", '"']
    text = "from django.db import models\n" + "".join("class A%d(models.Model):\n    f = models.CharField(%r, max_length=3, db_column=%r, help_text=%r, choices=[(%r, %r)])\n    class Meta:\n        db_table = %r\n        verbose_name = %r\n" % (
        k, w, w, w, w, w, w, w) for k, w in enumerate(words))
    urls = "urlpatterns = [\n" + "".join("    path(%r, lambda r: None, name=%r),\n    re_path(%r, lambda r: None),\n" % (w + "/", w, w) for w in words) + "]\n"
    files = {"shop/models.py": text, "shop/tasks.py": "from celery import shared_task\n" + "".join("@shared_task(name=%r)\ndef t%d(): raw = %r\n" % (w, k, w) for k, w in enumerate(words))}
    files.update({"shop/%s.py" % w.replace("/", "_").replace("\0", "0"): "class X(:\n" for w in words})
    files.update({"%s/models.py" % w.replace("/", "_").replace("\0", "0"): "from django.db import models\nclass A(models.Model): pass\n" for w in words})
    return project(files, urls=urls, apps=["shop"] + [w for w in words])


# -- Other files ---------------------------------------------------------------------------------------------------------------------

@case
def toml_that_is_deep():
    return project({"pyproject.toml": "a = " + "[" * 100_000 + "]" * 100_000 + "\n"})


@case
def toml_with_long_keys():
    return project({"pyproject.toml": ".".join(["a"] * 100_000) + " = 1\n", "migscan.toml": ""})


@case
def toml_with_deep_tables():
    return project({"pyproject.toml": "[" + ".".join(["a"] * 100_000) + "]\nx = 1\n" + "".join("[a%d.b]\nx = {y = {z = 1}}\n" % n for n in range(20000))})


@case
def configuration_that_is_deep():
    return project({"migscan.toml": "settings = " + "[" * 100_000 + "\n"})


@case
def configuration_with_many_globs():
    return project({"migscan.toml": "exclude = [%s]\n" % ", ".join('"**/%s*a*%d"' % ("*?" * 20, n) for n in range(5000)), **{"shop/m%d.py" % n: "x = 1\n" for n in range(2000)}})


@case
def ignore_files():
    files = {"shop/d%d/.gitignore" % n: "*a%d*b*c\n" % n * 900 for n in range(100)}
    files.update({"shop/d%d/x%d.py" % (n, n): "x = 1\n" for n in range(100)})
    files[".gitignore"] = "".join("**/*%d*/**/*a\n" % n for n in range(1990)) + "[" * 1000 + "\n" + "{" * 1000 + "\n" + "*" * 5000 + "\n!" + "**/" * 1000 + "\n"
    return project(files)


@case
def directories_that_are_deep():
    return project({"d/" * 200 + "a.py": "x = 1\n", "shop/" + "t/" * 60 + "a.py": "x = 1\n"})


@case
def requirements_and_friends():
    files = {"requirements/r%d.txt" % n: "-r r%d.txt\n-r r%d.txt\ndjango==4.%d\n" % (n + 1, (n + 2) % 40, n) for n in range(40)}
    files.update({"setup.cfg": "[options.entry_points]\n" * 20_000 + "x = y\n" * 100_000, "Dockerfile": "ENV DJANGO_SETTINGS_MODULE=a.b\n" * 50_000,
                  "docker-compose.yml": "a: &a [x]\n" + "".join("b%d: &b%d [*a, *a]\n" % (n, n) for n in range(1000)), "Pipfile.lock": "[" * 500_000,
                  "poetry.lock": "[[package]]\nname = 'django'\n" * 30_000, "app.json": "[" * 500_000})
    return project(files)


@case
def many_small_files():
    return project({"shop/p%d/m%d.py" % (n % 300, n): "import shop.p%d.m%d\nx = 1\n" % ((n + 1) % 300, n + 1) for n in range(15000)})
