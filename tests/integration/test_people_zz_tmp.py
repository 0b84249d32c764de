from test_people_login import *
def test_x(town):
    path = scene.provider_file(town.site)
    path.write_text(path.read_text().replace("function ", "function function ", 1))
    print({u:(town.told(u), town.visit(u).met) for u in ("ready","outside","exempt","locked")})
