class Value:
    def __pow__(self):
        return self

    def tanh(self):
        return self

    del tanh

