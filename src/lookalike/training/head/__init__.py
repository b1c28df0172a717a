"""A linear map over stored vectors, learnt in closed form: no picture is read, and no network trained."""
