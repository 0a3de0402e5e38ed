class Value:
    def tanh(self):
        t = (math.exp(2 * self.data) - 1
        return Value(t, (self,), "tanh")

