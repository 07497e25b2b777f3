"""Looks like FastAPI, and is not."""


class FastAPI:
    def get(self, path):
        return lambda function: function


app = FastAPI()


@app.get("/decoy")
def decoy():
    return None
