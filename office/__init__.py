"""The rooms behind the desk: what takes cases in, brings things to their runs, and reads them."""
